"""The README is true: its tour is run cell by cell in a real kernel, its program as a program."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

README = Path(__file__).parents[2] / "README.md"
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n^```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)


def blocks_of(section: str) -> list[tuple[str, str]]:
    """The code blocks of a section of the README, each with the text that is said to be shown."""
    text = README.read_text(encoding="utf-8").split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    return [(code.rstrip("\n"), shown) for code, shown in BLOCK.findall(text)]


def shown_by(cell: NotebookNode) -> str:
    """What a cell shows, as text."""
    texts = []
    for output in cell.outputs:
        if output.output_type == "stream":
            texts.append(output.text)
        elif output.output_type == "error":
            texts.append(f"{output.ename}: {output.evalue}")
        else:
            texts.append(output.data["text/plain"])
    return "".join(text.rstrip("\n") + "\n" for text in texts)


def test_each_cell_of_the_tour_shows_what_the_readme_says(tmp_path):
    blocks = blocks_of("Five-minute tour") + blocks_of("The magics")
    assert len(blocks) > 10
    notebook = new_notebook(cells=[new_code_cell(code) for code, _ in blocks])
    NotebookClient(notebook, timeout=60, allow_errors=True, resources={"metadata": {"path": str(tmp_path)}}).execute()
    for cell, (code, shown) in zip(notebook.cells, blocks, strict=True):
        assert shown_by(cell) == shown, code


def test_the_program_prints_what_the_readme_says(tmp_path):
    code, shown = blocks_of("In Python")[0]
    program = tmp_path / "shop.py"
    program.write_text(code, encoding="utf-8")
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.stderr) == (shown, "")


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)#]+)\)", README.read_text(encoding="utf-8")))
def test_what_the_readme_links_to_is_there(link):
    assert (README.parent / link).exists()
