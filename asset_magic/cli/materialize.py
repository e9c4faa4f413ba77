"""``asset-magic materialize``: from the arguments to the exit code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asset_magic.cli.cell_text import loads_extension
from asset_magic.cli.files import NotebookUnreadableError, read_notebook, write_notebook
from asset_magic.cli.notebook_run import CodeCell, NotebookRun, Ran
from asset_magic.cli.prescan import Decision, Prescan
from asset_magic.cli.report import Progress, failures, final_report
from asset_magic.cli.shell import NotebookShell, notebook_shell
from asset_magic.model.errors import SelectionError
from asset_magic.session.live import current_runner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asset_magic.model.keys import AssetKey


class UsageError(Exception):
    """The command cannot be run as it was typed; the message says why."""


def materialize(notebook: str, selection: str | None, output: str | None) -> int:
    """Run a notebook and bring its assets up to date.

    Args:
        notebook: its path.
        selection: which assets; all of them for None.
        output: where to write the notebook with its outputs, if anywhere.

    Returns:
        The exit code: 0, or 1 when something failed.

    Raises:
        UsageError: the file is no notebook, the selection cannot be used, or the output has no folder.
    """
    path = Path(notebook).absolute()
    target = Path(output).absolute() if output else None
    if target is not None and (target.is_dir() or not target.parent.is_dir()):
        raise UsageError(f"{output} cannot be written: {'it is a folder' if target.is_dir() else 'no such folder'}")
    try:
        document = read_notebook(path)
    except NotebookUnreadableError as error:
        raise UsageError(str(error)) from error
    nodes = [node for node in document.cells if node.cell_type == "code"]
    prescan = Prescan([node.source for node in nodes])
    chosen: tuple[AssetKey, ...] | None = None
    decisions = [Decision(node.source) for node in nodes]
    if selection is not None:
        try:
            chosen = prescan.select(selection)
        except SelectionError as error:
            raise UsageError(str(error)) from error
        decisions = prescan.decide(prescan.closure(chosen))
    cells = [CodeCell(*parts) for parts in zip(nodes, prescan.cells, decisions, strict=True)]
    scope = None if chosen is None else prescan.closure(chosen)
    with notebook_shell(path) as shell:
        wrong, ran = _run(shell, cells, chosen, scope)
    if target is not None:
        _store_outputs(document, ran)
        write_notebook(document, target)
    return 1 if wrong else 0


def _run(
    shell: NotebookShell, cells: Sequence[CodeCell], chosen: Sequence[AssetKey] | None, scope: set[AssetKey] | None
) -> tuple[list[str], list[Ran]]:
    """Run the cells and the assets, and say how it went.

    Returns:
        What went wrong, and what became of each cell.
    """
    progress = Progress(sys.stderr)
    if not any(loads_extension(cell.node.source) for cell in cells):
        progress.say("no cell says %load_ext asset_magic, so it is loaded before the first one")
        shell.run_line_magic("load_ext", "asset_magic")
    run = NotebookRun(shell, progress)
    ran = run.run_cells(cells)
    runner = current_runner()
    runner.session.refresh()
    run.materialize(list(runner.graph.keys) if chosen is None else chosen)
    shown = [key for key in runner.graph.keys if scope is None or key in scope]
    wrong = failures(runner, shown, ran)
    print(final_report(runner, shown, ran, wrong))
    return wrong, ran


def _store_outputs(document: Any, ran: Sequence[Ran]) -> None:
    """Put the outputs into the notebook; a cell that did not run has none."""
    import nbformat

    by_node = {id(done.cell.node): done for done in ran}
    for node in document.cells:
        done = by_node.get(id(node))
        if done is not None:
            node.execution_count = done.number
            node.outputs = [nbformat.from_dict(output) for output in done.outputs]
