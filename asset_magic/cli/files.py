"""Notebook files: reading one, and writing one with outputs. The same content gives the same bytes."""

from __future__ import annotations

import json
import os
import shutil
import warnings
from pathlib import Path
from typing import Any

import nbformat


class NotebookUnreadableError(Exception):
    """A file is no notebook that can be run; the message says why."""


def read_notebook(path: Path) -> Any:
    """The notebook in a file, in the present format.

    Raises:
        NotebookUnreadableError: the file is missing, is no notebook, or is one for another language.
    """
    if not path.exists():
        raise NotebookUnreadableError(f"there is no file {path}")
    if path.is_dir():
        raise NotebookUnreadableError(f"{path} is a folder, not a notebook")
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise NotebookUnreadableError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise NotebookUnreadableError(f"{path} is not a notebook: it is not JSON") from error
    if not isinstance(raw, dict) or "nbformat" not in raw:
        raise NotebookUnreadableError(f"{path} is not a notebook: it is JSON without 'nbformat'")
    try:
        _fill_in_ids(raw)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = nbformat.reads(json.dumps(raw), as_version=4)
    except Exception as error:  # nbformat lets errors of every kind through
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise NotebookUnreadableError(f"{path} is not a notebook: {reason}") from error
    _check_language(path, notebook.metadata)
    return notebook


def write_notebook(notebook: Any, path: Path) -> None:
    """Write a notebook whole: a failure on the way leaves the file as it was."""
    path = Path(os.path.realpath(path))
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            file.write(nbformat.writes(notebook).rstrip("\n") + "\n")
        if path.exists():
            shutil.copymode(path, partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _fill_in_ids(raw: dict[str, Any]) -> None:
    """Name cells that lack an id by their place: nbformat would invent another id for each run."""
    if (raw["nbformat"], raw.get("nbformat_minor", 0)) < (4, 5):
        return
    taken: set[str] = set()
    for index, cell in enumerate(raw.get("cells", ())):
        if cell.get("id") in (None, *taken):
            cell["id"] = f"cell-{index + 1}"
        taken.add(cell["id"])


def _check_language(path: Path, metadata: Any) -> None:
    kernel, info = metadata.get("kernelspec", {}), metadata.get("language_info", {})
    language = info.get("name") or kernel.get("language") or "python"
    if language.lower() not in ("python", "python3", "ipython"):
        raise NotebookUnreadableError(f"{path} is a notebook for {language}; only Python notebooks can be run")
