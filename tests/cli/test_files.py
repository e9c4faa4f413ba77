"""Notebook files that are older or less tidy than today's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from asset_magic.cli.files import read_notebook, write_notebook

if TYPE_CHECKING:
    from pathlib import Path


def file_with(folder: Path, minor: int, *cells: dict[str, Any]) -> Path:
    common = {"cell_type": "code", "metadata": {}, "source": "1", "outputs": [], "execution_count": None}
    raw = {"nbformat": 4, "nbformat_minor": minor, "metadata": {}, "cells": [common | cell for cell in cells]}
    path = folder / "some.ipynb"
    path.write_text(json.dumps(raw))
    return path


def test_missing_and_repeated_ids_are_filled_in_the_same_way_each_time(tmp_path: Path) -> None:
    path = file_with(tmp_path, 5, {}, {"id": "a"}, {"id": "a"})
    ids = [[cell.id for cell in read_notebook(path).cells] for _ in range(2)]
    assert ids[0] == ids[1] == ["cell-1", "a", "cell-3"]


def test_older_notebooks_have_no_ids(tmp_path: Path) -> None:
    assert "id" not in read_notebook(file_with(tmp_path, 2, {})).cells[0]


def test_writing_keeps_links_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = file_with(tmp_path, 5, {"id": "a"})
    link = tmp_path / "link.ipynb"
    link.symlink_to(path)
    notebook = read_notebook(link)
    notebook.cells[0].source = "2"
    write_notebook(notebook, link)
    assert link.is_symlink()
    assert read_notebook(path).cells[0].source == "2"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["link.ipynb", "some.ipynb"]
