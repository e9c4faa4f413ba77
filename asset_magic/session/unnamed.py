"""Names that code meets only in strings: they are not given to it, and it is told where it looks for them in vain.

What nothing names outside of strings is no dependency, so whatever found it would not follow its changes. The body of
a cell has a namespace of its own; but helpers look into the notebook, and libraries look into the frames of their
callers. So while code runs, the notebook is without the names that the code has in its strings and does not name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from types import ModuleType, TracebackType
from typing import Any

from asset_magic.graph.graph import Graph
from asset_magic.model.definitions import Computation
from asset_magic.model.errors import AssetMagicError, Hint
from asset_magic.reading.names import words_in
from asset_magic.session.closures import Closure
from asset_magic.session.namespace import Namespace, words_of

_LOOKS_ANYWHERE = frozenset({"eval", "exec", "globals", "get_ipython"})
THE_NOTEBOOK = "__main__"
"""The notebook as a module; code that mentions it may look up any of its names."""

_UNKNOWN_NAME = re.compile(r"name '(\w+)' is not defined|variable '(\w+)' is not defined|cannot import name '(\w+)'")
_NOT_THERE = re.compile(
    "not defined|undefined|not found|not exist|no such table|unknown|could not find|cannot find"
    "|not a supported function"
)
_LOCAL = "__pd_eval_local_"  # what pandas makes of an @
_NO_GLOBAL = re.compile(r"attribute lookup (\w+) on __main__ failed|not found as __main__\.(\w+)")
_NAMESPACES = frozenset({"globals", "locals", "vars", "user_ns", "f_globals", "f_locals", "__dict__"})


def mentioned(code: Computation, closure: Closure, values: Iterable[Any]) -> frozenset[str]:
    """The words that may be names in the strings of ``code``, of its helpers, and of the ``values`` that it gets."""
    found = code.mentions | closure.words if closure.words else code.mentions
    words = [words for value in values if (words := words_of(value))]
    return found.union(*words) if words else found


def withheld(closure: Closure, words: frozenset[str], given: Collection[str], namespace: Namespace) -> list[str]:
    """The variables that the notebook is without while some code runs.

    Args:
        closure: what the code reads.
        words: what it mentions in strings.
        given: names that it is given all the same.
        namespace: the notebook's variables.
    """
    if not words and not closure.absent:
        return []
    if _LOOKS_ANYWHERE.isdisjoint(closure.absent) and THE_NOTEBOOK not in words:
        candidates: Iterable[str] = words & namespace.variables.keys() if words else ()
    else:  # classes stay, since values are made of them, and modules, which hold no state of the notebook
        held = namespace.variables.items()
        candidates = [n for n, v in held if n in words or not isinstance(v, (type, ModuleType))]
    return [
        name
        for name in candidates
        if name not in given and name not in closure.writes and not name.startswith("__") and namespace.defines(name)
    ]


def tell(error: Exception, code: Computation, words: frozenset[str], known: Collection[str], graph: Graph) -> None:
    """Let ``error`` tell how to name what ``code`` looked for in vain, if that is a name of the notebook.

    Args:
        error: what the code raised.
        code: what ran.
        words: what it mentions in strings.
        known: names of the notebook that the code was not given.
        graph: the assets.
    """
    if isinstance(error, AssetMagicError):
        return
    unpicklable = _NO_GLOBAL.search(str(error))
    name = unpicklable[unpicklable.lastindex or 0] if unpicklable is not None else ""
    if name and name in code.binds:
        error.add_note(
            Hint(f"{name} belongs to this cell, and pickle looks in the notebook: define it in a plain cell")
        )
        return
    for name in looked_for(error, words):
        hint = _how_to_name(name, code, words, graph) if name in known else kept_to_itself(name, graph)
        if not hint:
            continue
        if _takes_columns(error, name):
            hint += f", and @{name} in the query"
        if isinstance(error, NameError):
            error.args = (f"{error}; {hint}",)
        elif hint not in getattr(error, "__notes__", ()):
            error.add_note(Hint(hint))
        return


def _how_to_name(name: str, code: Computation, words: frozenset[str], graph: Graph) -> str:
    way = "deps" if name in graph.variables and name in words else "uses"
    how = f"write {way}={name} on the first line" if code.isolated else "name it outside of a string, too"
    return f"the code names {name} only in a string: {how}"


def kept_to_itself(name: str, graph: Graph) -> str:
    """Where ``name`` is, if the cell of an asset binds it and keeps it, and what to do; else ""."""
    for key, definition in graph.definitions.items():
        code = definition.code
        if code is not None and code.isolated and name in code.binds - code.reads:
            return (
                f"{name} is bound in the cell of {key}, which keeps its names to itself: "
                f"make it an asset, or part of the value of {key}"
            )
    return ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or each.__context__


def looked_for(error: BaseException, words: Collection[str]) -> Iterator[str]:
    """The names that ``error``, or an error behind it, may say are not there.

    Args:
        error: what some code raised.
        words: what the code mentions; where no namespace is known to be meant, only such a word counts.
    """
    for each in _chain(error):
        message = str(each)
        if isinstance(each, (NameError, ImportError)):
            match = _UNKNOWN_NAME.search(message)
            if match is not None:
                yield match[match.lastindex or 0]
        elif isinstance(each, AttributeError):
            module = getattr(each, "obj", None)
            if isinstance(module, ModuleType) and module.__name__ == THE_NOTEBOOK:
                yield each.name or ""
        elif isinstance(each, KeyError):
            if each.args and isinstance(each.args[0], str) and _looks_names_up(each.__traceback__):
                yield each.args[0]
        elif _NOT_THERE.search(message) and ("column" not in message.lower() or "table" in message.lower()):
            found = [word.removeprefix(_LOCAL) for word in words_in(message)]
            yield from (word for word in found if word in words)


def _looks_names_up(trace: TracebackType | None) -> bool:
    """Whether an error came from a look into a namespace, and not into a dict or frame of data."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    frame = trace.tb_frame
    if not _NAMESPACES.isdisjoint(frame.f_code.co_names):
        return True
    above = frame.f_back
    while above is not None and above.f_globals.get("__name__") != THE_NOTEBOOK:
        above = above.f_back
    spaces = {id(above.f_globals)} if above is not None else set()
    return any(id(held) in spaces or _holds(held, spaces) for held in frame.f_locals.values() if held is not frame)


def _holds(value: Any, spaces: set[int]) -> bool:
    maps = getattr(value, "maps", None)
    return type(maps) is list and any(id(each) in spaces for each in maps)


def _takes_columns(error: BaseException, name: str) -> bool:
    """Whether pandas looked for a column, as the variable stands without an ``@`` in the query of a frame."""
    if not isinstance(error, NameError) or not str(error).startswith(f"name '{name}'"):
        return False
    trace, found = error.__traceback__, False
    while trace is not None:
        found = found or trace.tb_frame.f_globals.get("__name__") == "pandas.core.frame"
        trace = trace.tb_next
    return found
