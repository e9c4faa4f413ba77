"""What was cleared away from a store, and what is trusted in it, as text."""

from __future__ import annotations

from asset_magic.page.text import plural
from asset_magic.store.retention import Cleared
from asset_magic.store.trusting import Trusted

_NETWORK = "the folder is on a network file system, so each record waits for the disk (a rollback journal, not WAL)"
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def cleared_text(done: Cleared, *, dry: bool) -> str:
    """What was cleared away, with sizes.

    >>> print(cleared_text(Cleared(2, 48_200_000, 0, 0, 0, 0, 31, 120_000_000), dry=False))
    2 old values  48.2 MB
    freed 48.2 MB; 31 values stay (120 MB), and all of the history
    """
    rows = [
        (plural(done.values, "old value"), done.value_bytes, done.values),
        (plural(done.orphans, "file") + " that no value refers to", done.orphan_bytes, done.orphans),
        ("files that were never finished", done.unfinished_bytes, done.unfinished_bytes),
        ("unused space in the event log", done.database_bytes, done.database_bytes),
    ]
    shown = [(words, size(count)) for words, count, there in rows if there]
    width = max((len(words) for words, _ in shown), default=0)
    digits = max((len(number) for _, number in shown), default=0)
    lines = [f"{words:{width}}  {number:>{digits}}" for words, number in shown]
    # Values in rows leave their space in the event log, so the two are not added up.
    freed = sum((max(done.value_bytes, done.database_bytes), done.orphan_bytes, done.unfinished_bytes))
    result = f"{'would free' if dry else 'freed'} {size(freed)}" if lines else "nothing to clear away"
    stays = f"{plural(done.kept, 'value')} {'stays' if done.kept == 1 else 'stay'} ({size(done.kept_bytes)})"
    lines.append(f"{result}; {stays}, and all of the history")
    return "\n".join([*lines, _NETWORK] if done.on_network else lines)


def trusted_text(done: Trusted) -> str:
    """What is trusted from now on.

    >>> print(trusted_text(Trusted({"model": 2, "encoder": 1}, 1)))
    trusted from now on: encoder, model (3 values and 1 display)
    >>> print(trusted_text(Trusted({}, 0)))
    all that is stored is trusted already
    """
    if not (done.values or done.outputs):
        return "all that is stored is trusted already"
    parts = [(sum(done.values.values()), "value"), (done.outputs, "display")]
    counted = " and ".join(plural(count, noun) for count, noun in parts if count)
    names = ", ".join(sorted(done.values))
    return f"trusted from now on: {names} ({counted})" if names else f"trusted from now on: {counted}"


def size(count: int) -> str:
    """A number of bytes in words.

    >>> size(0), size(999), size(1234), size(120_000_000)
    ('0 bytes', '999 bytes', '1.2 kB', '120 MB')
    """
    number, unit = float(count), 0
    while number >= 999.5 and unit < len(_UNITS) - 1:
        number, unit = number / 1000, unit + 1
    return f"{number:.{1 if unit and number < 99.95 else 0}f} {_UNITS[unit]}"
