"""Tables in documents that are written from the data which the tests play."""


def with_table(document: str, name: str, table: str) -> str:
    """The document with ``table`` between its marks ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->``.

    Raises:
        ValueError: the document has no place for it.
    """
    first, last = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, begin, rest = document.partition(first)
    _, end, after = rest.partition(last)
    if not (begin and end):
        raise ValueError(f"the document has no {first} with {last} after it")
    return f"{before}{first}\n{table}\n{last}{after}"
