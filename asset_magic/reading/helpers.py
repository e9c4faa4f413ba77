"""What a notebook object that is code is made of.

It is found in the live objects, not in text: what a decorator made, the values in closures and defaults, the methods
of a class. `parts` goes over them; here is what is known of the whole.
"""

from __future__ import annotations

import types
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from asset_magic.reading.kinds import CONTAINERS, SCALARS, TABLE, is_code
from asset_magic.reading.modules import Policy, file_of, is_local, module_version
from asset_magic.reading.parts import IMPORT, Parts, is_ours
from asset_magic.reading.source import source_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "IMPORT", "CodeOf", "code_of", "file_of", "is_local", "local_module_of", "may_hold_code", "module_version",
]  # fmt: skip

_KEPT = 8192


@dataclass(frozen=True, slots=True)
class CodeOf:
    """What a piece of live code is made of.

    Attributes:
        digest: the version of the code itself with its defaults, closure and wrappers, and without the notebook
            names that it reads.
        reads: names that it looks up in the notebook, builtins among them; ``import x`` for a module that it imports.
        text: its source, for people; ``""`` where unknown.
        writes: names that it rebinds through ``global``.
        strings: strings in it that may name files.
        words: all words in its strings that could be names of variables.
        keepers: functions and classes in it that may keep a state of their own.
        modules: the local modules that it is from.
        pending: modules that are imported when it runs, and are not loaded yet.
        dotted: attributes of names in ``reads``, as ``a.b``, where nothing else is done with the name.
    """

    digest: str
    reads: frozenset[str]
    text: str
    writes: frozenset[str] = frozenset()
    strings: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    keepers: tuple[object, ...] = ()
    modules: tuple[str, ...] = ()
    pending: frozenset[str] = frozenset()
    dotted: frozenset[str] = frozenset()


# Functions that are nothing but their code, by the identity of that and of the notebook.
_plain: dict[tuple[int, int], tuple[types.CodeType, dict[str, object], CodeOf]] = {}


def code_of(
    obj: object, namespace: dict[str, object], version_of: Callable[[object], str], policy: Policy = "minor"
) -> CodeOf | None:
    """What ``obj`` is made of, or None if it is no code.

    Args:
        obj: any object of the notebook.
        namespace: the notebook's variables. Names looked up there are reported in ``reads``; the values of names
            looked up elsewhere (a local module, the namespace of a cell body) count in the digest.
        version_of: the version of a plain value; may raise TypeError, then only the value's type counts.
        policy: how much of the versions of installed modules counts.

    >>> notebook = {}
    >>> exec("def area(r, scale=2): return pi * r * scale", notebook)
    >>> sorted(code_of(notebook["area"], notebook, repr).reads)
    ['pi']
    >>> code_of(3.14, notebook, repr) is None
    True
    """
    if not is_code(obj):
        return None
    code = getattr(obj, "__code__", None) if _is_plain(obj, namespace) else None
    if code is None:
        return _found(obj, namespace, version_of, policy)
    known = _plain.get((id(code), id(namespace)))
    if known is not None and known[0] is code and known[1] is namespace:
        return known[2]
    found = _found(obj, namespace, version_of, policy)
    if len(_plain) >= _KEPT:
        _plain.clear()
    _plain[id(code), id(namespace)] = (code, namespace, replace(found, keepers=()))
    return found


def local_module_of(module: types.ModuleType, version_of: Callable[[object], str], policy: Policy = "minor") -> CodeOf:
    """What a local module is made of as it is loaded: its functions, classes and values, and the modules it names.

    An edit of the file counts when the module is reloaded.

    >>> module = types.ModuleType("utils")
    >>> exec("rate = 2", vars(module))
    >>> before = local_module_of(module, repr).digest
    >>> module.rate = 3
    >>> local_module_of(module, repr).digest == before
    False
    """
    return _found(module, {}, version_of, policy)


def may_hold_code(obj: object, namespace: dict[str, object], depth: int = 2) -> bool:
    """Whether a value is worth a look for code in it: functions, what wraps or lists them, and objects of the user's.

    >>> may_hold_code([len], {}), may_hold_code([1, 2], {})
    (True, False)
    """
    if type(obj) in SCALARS:
        return False
    if type(obj) not in CONTAINERS:
        return is_code(obj) or is_ours(type(obj), namespace)
    if len(obj) > TABLE:  # type: ignore[arg-type]
        return False
    items: Any = obj.values() if isinstance(obj, dict) else obj
    return any(may_hold_code(item, namespace, depth - 1) for item in items) if depth >= 0 else False


def _found(obj: object, namespace: dict[str, object], version_of: Callable[[object], str], policy: Policy) -> CodeOf:
    parts = Parts(namespace, version_of, policy)
    digest = parts.digest(obj)
    return CodeOf(
        digest,
        frozenset(parts.reads),
        "\n\n".join(dict.fromkeys(filter(None, (source_of(obj), *parts.texts)))),
        frozenset(parts.writes),
        tuple(parts.strings),
        frozenset(parts.words),
        tuple(parts.keepers),
        tuple(parts.modules),
        frozenset(parts.pending),
        parts.dotted,
    )


def _is_plain(obj: object, namespace: dict[str, object]) -> bool:
    return (
        isinstance(obj, types.FunctionType)
        and obj.__globals__ is namespace
        and not (obj.__closure__ or obj.__defaults__ or obj.__kwdefaults__ or obj.__dict__)
    )
