"""Notebooks to open in a browser."""

from __future__ import annotations

from pathlib import Path

import nbformat

# Three assets in a row, of which the middle one reads a plain variable, and the lineage.
SHOP = {
    "rate": "rate = 0.2",
    "prices": "%%asset prices group=shop\n[10, 20, 30]",
    "taxed": "%%asset taxed group=shop\ntaxed = [round(price * (1 + rate), 2) for price in prices]",
    "total": "%%asset total group=books\nsum(taxed)",
    "lineage": "%lineage",
}
SHOP_OUTPUTS = 4  # of asset_magic

# A body that goes on when the test lets it.
GATE = "from pathlib import Path\nfrom time import sleep"


BUSY = 'while not Path("go").exists():\n    sleep(0.01)'


def slow(name: str, body: str, gate: str = "go") -> str:
    """The source of an asset that waits until the file ``gate`` is there, beside the notebook."""
    return f"%%asset {name}\nwhile not Path({gate!r}).exists():\n    sleep(0.01)\n{body}"


PENGUINS = Path(__file__).parents[2] / "notebooks" / "penguins.ipynb"


def penguins(folder: Path, name: str = "penguins.ipynb") -> Path:
    """A copy of the penguins notebook, without outputs."""
    notebook = nbformat.read(PENGUINS, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return _write(notebook, folder / name)


def small(folder: Path, cells: dict[str, str], name: str = "small.ipynb") -> Path:
    """A notebook of these cells, by id, after a cell ``load`` that loads the extension."""
    notebook = nbformat.v4.new_notebook()
    # Without a kernel's name, JupyterLab asks for one, and whatever runs waits for the answer.
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for id, source in {"load": "%load_ext asset_magic", **cells}.items():
        cell = nbformat.v4.new_code_cell(source)
        cell.id = id
        notebook.cells.append(cell)
    return _write(notebook, folder / name)


def outputs_of(path: Path) -> dict[str, list[dict]]:
    """What a notebook file stores of each cell's outputs, without their numbers."""
    notebook = nbformat.read(path, as_version=4)
    return {
        cell.id: [
            {name: value for name, value in output.items() if name != "execution_count"} for output in cell.outputs
        ]
        for cell in notebook.cells
        if cell.cell_type == "code"
    }


def _write(notebook: nbformat.NotebookNode, path: Path) -> Path:
    nbformat.write(notebook, path)
    return path
