"""The notebooks as a front end runs them that tells cells apart, such as JupyterLab; they are kept as made without."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_front_end_with_cell_ids_is_shown_what_is_kept(kernel, path):
    """So the notebooks do nothing that the library warns of, such as one name for the variables of two cells."""
    kernel.run("%unload_ext asset_magic\nimport pandas\npandas.reset_option('display')")  # as in a new kernel
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            shown = (body for _, body in kernel.run(cell.source, id=cell.id).outputs)
            assert text_of(shown) == text_of(cell.outputs), cell.id


def text_of(outputs):
    """All texts, however the streams were cut."""
    return "".join(output.get("text") or output["data"]["text/plain"] for output in outputs)
