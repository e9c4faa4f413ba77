"""A kernel that is started again, and notebooks that are run from top to bottom without a front end."""

from __future__ import annotations

import os

import nbformat
import pytest
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

CELLS = [
    "%load_ext asset_magic",
    "rate = 0.5\ndef scaled(values):\n    return [value * rate for value in values]",
    "%%asset raw group=ingestion description='As delivered'\nprint('reading')\n[3, 1, 2]",
    "%%asset ordered deps=raw tags=tier=gold kinds=python\nsorted(scaled(raw))",
    "%%asset_check ordered name=not_empty blocking\nlen(ordered) > 0",
    "%%multi_asset low high\nlow, high = ordered[0], ordered[-1]",
    "%%asset waited\nimport asyncio\nawait asyncio.sleep(0)\n{'low': low, 'tags': {'x', 'y', 'z'}}",
    "%%asset thing\nclass Thing:\n    pass\n[Thing()]",
    "%%asset where\nimport pathlib\npathlib.Path('data.csv')",
    "%materialize",
    "%stale",
    "%assets",
    "%asset ordered",
    "%lineage",
    "%%asset broken\nnobody = []\nnobody[0]",
    "%materialize --dry-run",
]
FRAME = "%%asset frame\nimport pandas as pd\npd.DataFrame({'a': raw, 'b': list('xyz')})"
FIGURE = "%%asset drawn\nimport matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\naxes.plot(raw)\nfigure"


def test_restart_gives_the_same_outputs(kernel):
    """After a restart the same cells show the same outputs."""
    cells = [(source, f"c{number}") for number, source in enumerate(CELLS)]
    kernel.restart()
    before = [kernel.run(*cell) for cell in cells]
    kernel.restart()
    after = [kernel.run(*cell) for cell in cells]
    for (source, _), old, new in zip(cells, before, after, strict=True):
        assert new.outputs == old.outputs, source


def test_restart_forgets_the_graph(kernel):
    """A new kernel begins with an empty graph."""
    kernel.run("%%asset base\n1", "c1")
    kernel.restart()
    assert kernel.run("%load_ext asset_magic").ok
    assert kernel.statuses() == {}


def executed(folder, sources, own_interpreter):
    """The text of a notebook file after nbclient has run it in a new kernel."""
    cells = [new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(sources)]
    notebook = new_notebook(cells=cells)
    manager = AsyncKernelManager(kernel_spec_manager=own_interpreter())
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=60,
        allow_errors=True,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env={**os.environ, "IPYTHONDIR": str(folder / "ipython")})
    return nbformat.writes(notebook)


@pytest.fixture
def own_interpreter(kernel):
    """How to start the tests' own interpreter as a kernel."""
    return type(kernel.manager.kernel_spec_manager)


def test_two_runs_give_equal_files(tmp_path, own_interpreter):
    """Two runs of a notebook by nbclient, which sends no cell ids, give byte-identical files."""
    sources = [*CELLS]
    for module, source in (("pandas", FRAME), ("matplotlib", FIGURE)):
        try:
            __import__(module)
        except ImportError:
            continue
        sources.insert(-1, source)
    first, second = (executed(tmp_path, sources, own_interpreter) for _ in range(2))
    assert first.count('"output_type": "error"') == 1, first[-3000:]
    assert '"text/html"' in first
    assert second.splitlines() == first.splitlines()
    assert second == first
