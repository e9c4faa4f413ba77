"""Modules: which are installed and which are the user's own, and how an installed one is versioned."""

from __future__ import annotations

import sys
import sysconfig
import tokenize
from functools import lru_cache
from importlib.util import resolve_name
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

Policy = Literal["exact", "minor", "off"]

_OURS = __name__.partition(".")[0]
# Prefixes that are shared with files of the user's, so that being below one tells nothing.
_SHARED = frozenset({"/", "/usr", "/usr/local", "/opt"})


def file_of(module: ModuleType) -> str | None:
    """The file that the module was loaded from; None for what is built in or made at run time.

    >>> file_of(sys) is None
    True
    """
    file = getattr(module, "__file__", None)
    return file if isinstance(file, str) else None


def text_at(path: str) -> str:
    """The text of a file of Python; "" if it cannot be read."""
    try:
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, SyntaxError, UnicodeDecodeError):
        return ""


def is_local(module: ModuleType) -> bool:
    """Whether the module is the user's own: a file outside the installation, or ``__main__``.

    >>> import json
    >>> is_local(json), is_local(sys)
    (False, False)
    """
    name = module.__name__
    if name == "__main__":
        return True
    file = file_of(module)
    return file is not None and name.partition(".")[0] != _OURS and not is_installed(file)


def absolute_name(module: str, home: Mapping[str, Any]) -> str:
    """The full name of a module that code in the namespace ``home`` imports.

    >>> absolute_name(".sibling", {"__package__": "package"})
    'package.sibling'
    """
    try:
        return resolve_name(module, home.get("__package__") or "")
    except ImportError:  # more dots than there are packages
        return module


@lru_cache(maxsize=4096)
def is_installed(file: str) -> bool:
    """Whether the file belongs to the installation: Python itself or a package put beside it."""
    path = PurePath(file)
    if file.startswith("<frozen ") or {"site-packages", "dist-packages"} & set(path.parts):
        return True
    return any(path.is_relative_to(root) for root in _installation())


@lru_cache(maxsize=1)
def _installation() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    roots = {paths[kind] for kind in ("stdlib", "platstdlib", "purelib", "platlib")}
    roots |= {prefix for prefix in (sys.prefix, sys.base_prefix) if prefix not in _SHARED}
    return tuple(sorted(roots))


def module_version(module: ModuleType, policy: Policy = "minor") -> str:
    """The name and version of an installed module.

    Args:
        module: the module.
        policy: how much of the version counts: all of it (``exact``), the first two numbers (``minor``), or nothing.

    >>> import json
    >>> module_version(json) == "json {}.{}".format(*sys.version_info)
    True
    >>> module_version(json, "off")
    'json'
    """
    name = module.__name__
    if policy == "off":
        return name
    top = name.partition(".")[0]
    stated = getattr(sys.modules.get(top, module), "__version__", None)  # of what is loaded, if it says so
    version = stated if isinstance(stated, str) and top not in sys.stdlib_module_names else _version(top)
    if policy == "minor":
        version = ".".join(version.split(".")[:2])
    return f"{name} {version}".rstrip()


_versions: dict[str, tuple[object, str]] = {}


def _version(top: str) -> str:
    """The version of the distribution that provides the top-level package ``top``, as it was when that was loaded."""
    spec = getattr(sys.modules.get(top), "__spec__", None)  # a new one when it is imported anew
    known = _versions.get(top)
    if known is None or known[0] is not spec:
        if known is not None:
            _providers.cache_clear()
        known = _versions[top] = (spec, _version_now(top))
    return known[1]


def _version_now(top: str) -> str:
    if top == "builtins":
        return ""
    if top in sys.stdlib_module_names or top in sys.builtin_module_names:
        return "{}.{}.{}".format(*sys.version_info)
    from importlib import metadata  # slow to import, and needed for installed modules only

    try:
        return metadata.version(top)
    except (metadata.PackageNotFoundError, ValueError):
        pass
    # Slow, since it reads every distribution: only for what has no other way.
    distributions = _providers().get(top, [])
    return metadata.version(distributions[0]) if distributions else ""


@lru_cache(maxsize=1)
def _providers() -> dict[str, list[str]]:
    from importlib import metadata

    return {top: list(names) for top, names in metadata.packages_distributions().items()}
