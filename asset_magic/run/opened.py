"""Which files a body reads: those that it opens, seen through Python's audit events."""

from __future__ import annotations

import os
import site
import sys
from pathlib import Path

_active: list[dict[str, bool]] = []  # one mapping a watch: path -> written to
_installed = False
_NO_DATA_INSIDE = (".asset_magic", ".ipynb_checkpoints", "__pycache__", "site-packages", "dist-packages")


def _hook(event: str, args: tuple[object, ...]) -> None:
    if event != "open" or not _active:
        return
    path, mode = args[0], args[1]
    if isinstance(path, (str, bytes, os.PathLike)):
        flags = args[2] if isinstance(args[2], int) else 0
        writes = any(c in mode for c in "wax+") if isinstance(mode, str) else bool(flags & (os.O_WRONLY | os.O_RDWR))
        name = os.path.abspath(os.fsdecode(path))
        _active[-1][name] = _active[-1].get(name, False) or writes


class watch_files:  # noqa: N801 - it is used like a function
    """Collect the files opened meanwhile, each with whether it was written to.

    Libraries that open files outside Python (pyarrow, polars, duckdb) are not seen.
    """

    def __enter__(self) -> dict[str, bool]:
        global _installed
        if not _installed:
            _installed = True  # an audit hook cannot be taken back: one for the process, idle when unwatched
            sys.addaudithook(_hook)
        _active.append({})
        return _active[-1]

    def __exit__(self, *_: object) -> None:
        _active.pop()


def is_users_file(path: str) -> bool:
    """Whether ``path`` is data of the user's, and no part of Python, a library, the system or a cache."""
    if path.endswith((".py", ".pyc", ".so")) or any(f"/{part}/" in path for part in _NO_DATA_INSIDE):
        return False
    return not path.startswith(_not_data())


def _not_data() -> tuple[str, ...]:
    home = str(Path.home())
    hidden = (f"{home}/.cache", f"{home}/.config", f"{home}/.local", f"{home}/.ipython", f"{home}/.jupyter")
    python = (sys.prefix, sys.base_prefix, *site.getsitepackages(), os.path.dirname(os.__file__))
    return (*python, *hidden, "/proc/", "/sys/", "/dev/", "/etc/", "/usr/", "/run/")
