"""The command as a user runs it: a process of its own, on a notebook in a folder."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

if TYPE_CHECKING:
    from pathlib import Path

LOAD = "%load_ext asset_magic"


def write(path: Path, *cells: str, tags: dict[int, list[str]] | None = None) -> Path:
    notebook = new_notebook(cells=[new_markdown_cell("# A report", id="title")])
    for number, source in enumerate(cells):
        cell = new_code_cell(source, id=f"c{number}")
        if number in (tags or {}):
            cell.metadata["tags"] = tags[number]
        notebook.cells.append(cell)
    nbformat.write(notebook, path)
    return path


def command(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    return subprocess.run(
        [sys.executable, "-m", "asset_magic.cli", *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


def code_cells(path: Path) -> list[Any]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def kinds(cell: Any) -> list[str]:
    return [output.name if output.output_type == "stream" else output.output_type for output in cell.outputs]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A notebook of all kinds of cells that ran well, and how the command ended."""
    folder = tmp_path_factory.mktemp("good")
    (folder / "helping.py").write_text("def double(x):\n    return 2 * x\n")
    (folder / "raw.csv").write_text("a\n1\n2\n")
    (folder / "elsewhere").mkdir()
    notebook = write(
        folder / "elsewhere" / ".." / "report.ipynb",
        f"{LOAD}\n%matplotlib inline\nimport sys, asyncio\nimport matplotlib.pyplot as plt\nfrom helping import double",
        "%source_asset raw path=raw.csv",
        "%%asset rows\nprint('reading'); print('more')\nprint('careful', file=sys.stderr)\nraw.read_text().split()[1:]",
        "%%asset_check rows blocking name=some\nlen(rows) > 0",
        "%%asset figure\nfig, ax = plt.subplots(figsize=(1, 1))\nax.plot([int(row) for row in rows])\nfig",
        "%%asset waited\nawait asyncio.sleep(0)\ndouble(len(rows))",
        "from asset_magic import asset\n\n@asset\ndef late(waited):\n    return waited + 1",
        "print('one', end=' '); display(1)\nprint('two', file=sys.stderr)\nprint('three')\nlen(rows)",
        "plt.figure(figsize=(1, 1)); plt.plot([1]);",
        "!echo from the shell",
        "import subprocess; subprocess.run(['echo', 'loose'], check=True).returncode",
        "shown = display('before', display_id='d')",
        "shown.update('after')",
        "",
        "heavy = {'jupyter_server', 'ipykernel', 'nbclient', 'jupyter_client'}\nsorted(heavy & set(sys.modules))",
    )
    return folder, command("materialize", notebook, "--output", "done.ipynb", cwd=folder)


def test_all_is_well(good: Any) -> None:
    """Exit code 0, the table on stdout with every asset fresh, and progress on stderr."""
    _, done = good
    assert done.returncode == 0, done.stderr
    assert "5 assets: 5 fresh" in done.stdout
    assert "failures" not in done.stdout
    assert "loose" not in done.stdout
    assert "[3/14] rows" in done.stderr
    assert "late" in done.stderr
    assert "\x1b" not in done.stderr


def test_output_notebook_is_what_a_front_end_stores(good: Any) -> None:
    folder, _ = good
    cells = code_cells(folder / "done.ipynb")
    assert [cell.execution_count for cell in cells] == [*range(1, 14), None, 14]
    assert kinds(cells[2]) == ["stdout", "stderr", "display_data"]
    assert cells[2].outputs[0].text == "reading\nmore\n"
    assert kinds(cells[7]) == ["stdout", "display_data", "stderr", "stdout", "execute_result"]
    assert cells[7].outputs[-1].data == {"text/plain": "2"}
    assert cells[7].outputs[-1].execution_count == 8
    assert cells[11].outputs[0].data["text/plain"] == "'after'"
    assert cells[12].outputs == []
    assert cells[13].outputs == []


def test_figures_are_shown_once(good: Any) -> None:
    """A figure that is an asset, and one that pyplot shows by itself."""
    folder, _ = good
    cells = code_cells(folder / "done.ipynb")
    pictures = [[out for out in cell.outputs if "image/png" in out.get("data", {})] for cell in cells]
    assert [len(found) for found in pictures] == [0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]


def test_no_server_and_no_kernel_is_imported(good: Any) -> None:
    folder, _ = good
    assert code_cells(folder / "done.ipynb")[-1].outputs[0].data["text/plain"] == "[]"


def test_input_is_not_changed_and_output_is_deterministic(good: Any) -> None:
    folder, _ = good
    before = (folder / "report.ipynb").read_bytes()
    again = command("materialize", "report.ipynb", "--output", "again.ipynb", cwd=folder)
    assert again.returncode == 0
    assert (folder / "report.ipynb").read_bytes() == before
    assert (folder / "again.ipynb").read_bytes() == (folder / "done.ipynb").read_bytes()


def test_outputs_are_those_of_a_kernel(good: Any) -> None:
    """The same notebook run by nbclient in a real kernel has the same outputs, apart from what names the kernel."""
    from nbclient import NotebookClient

    folder, _ = good
    notebook = nbformat.read(folder / "report.ipynb", as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}, timeout=120).execute()
    theirs = [cell for cell in notebook.cells if cell.cell_type == "code"][:-1]
    ours = code_cells(folder / "done.ipynb")[:-1]
    for mine, other in zip(ours, theirs, strict=True):
        assert _merged(mine.outputs) == _merged(other.outputs), mine.source
        assert mine.execution_count == other.execution_count


def _merged(outputs: Any) -> tuple[dict[str, str], list[Any]]:
    """Text by stream, and the rest in order: a kernel sends its two streams each at a time of its own."""
    text = {"stdout": "", "stderr": ""}
    for output in outputs:
        if output.output_type == "stream" and output.text != "loose\n":  # some kernels listen to other programs
            text[output.name] += output.text
    return text, [output for output in outputs if output.output_type != "stream"]


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A notebook in which much fails, with an output of an earlier day in it, written over itself."""
    folder = tmp_path_factory.mktemp("bad")
    notebook = write(
        folder / "bad.ipynb",
        "from asset_magic import asset\ndef helper(x):\n    return x['nope']",
        "%%asset numbers\n[1, 2]",
        "%%asset broken\nopen('tries.txt', 'a').write('x')\nhelper({})",
        "%%asset after\nbroken + 1",
        "%%asset_check numbers blocking name=many\nlen(numbers) > 10",
        "%%asset blocked\nlen(numbers)",
        "1 / 0",
        "fine = 3",
        "x = = 2",
        "raise KeyError('meant')",
        "%%asset early\nneeded_below",
        "needed_below = 1",
        "%%asset_check early name=soft\nFalse",
        tags={9: ["raises-exception"]},
    )
    return folder, command("materialize", notebook, "--output", "bad.ipynb", cwd=folder)


def test_failures_give_exit_code_1_and_are_listed(bad: Any) -> None:
    _, done = bad
    assert done.returncode == 1
    wrong = done.stdout.partition("failures:\n")[2]
    assert "broken failed: KeyError: 'nope'" in wrong
    assert "after skipped" in wrong
    assert "the blocking check many of numbers did not pass" in wrong
    assert "blocked skipped" in wrong
    assert "In[7] 1 / 0: ZeroDivisionError" in wrong
    assert "SyntaxError" in wrong
    assert len(wrong.splitlines()) == 6


def test_errors_show_the_lines_of_the_cells(bad: Any) -> None:
    _, done = bad
    assert "Cell In[3], line 3\n        helper({})\n    Cell In[1], line 3, in helper\n" in done.stderr
    assert "Traceback" not in done.stderr
    assert "asset_magic/" not in done.stderr


def test_what_comes_later_may_mend_an_asset(bad: Any) -> None:
    """An asset cell above the plain cell that it needs is brought up to date in the end; expected errors are none."""
    _, done = bad
    row = next(line for line in done.stdout.splitlines() if line.startswith("early"))
    assert "fresh" in row
    assert "meant" not in done.stdout


def test_an_asset_that_failed_is_not_tried_again_for_nothing(bad: Any) -> None:
    """Once in its own cell, and once for the cell below that needs it."""
    folder, _ = bad
    assert (folder / "tries.txt").read_text() == "xx"


def test_extension_is_loaded_where_the_notebook_does_not(bad: Any) -> None:
    _, done = bad
    assert "no cell says %load_ext asset_magic" in done.stderr.splitlines()[0]


def test_errors_are_stored_in_the_output(bad: Any) -> None:
    folder, _ = bad
    cells = code_cells(folder / "bad.ipynb")
    assert cells[6].outputs[0].output_type == "error"
    assert cells[6].outputs[0].ename == "ZeroDivisionError"
    assert cells[2].outputs[-1].ename == "KeyError"


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("chosen")
    notebook = write(
        folder / "chosen.ipynb",
        LOAD,
        "%%asset orders group=raw\nopen('ran.txt', 'a').write('orders ')\n[1, 2, 3]",
        "%%asset users group=raw\nopen('ran.txt', 'a').write('users ')\n[1]",
        "%%asset_check users name=few\nopen('ran.txt', 'a').write('few ')\nFalse",
        "rate = 2",
        "%%asset total # all of it\nopen('ran.txt', 'a').write('total ')\nsum(orders) * rate",
        "print('orders', len(orders))",
        "seen = len(users)",
        "print('seen', seen)",
        "%materialize",
        "%lineage",
    )
    return folder, command("materialize", notebook, "--select", "total", "--output", "out.ipynb", cwd=folder)


def test_selection_runs_itself_and_its_upstream_only(chosen: Any) -> None:
    folder, done = chosen
    assert done.returncode == 0, done.stderr
    assert (folder / "ran.txt").read_text() == "orders total "
    assert "2 assets: 2 fresh" in done.stdout


def test_plain_cells_about_other_assets_are_skipped_and_listed(chosen: Any) -> None:
    """Also those that need what a skipped cell would have bound, and those that materialize more."""
    folder, done = chosen
    skipped = done.stdout.partition("skipped cells:\n")[2].splitlines()
    assert [line.strip() for line in skipped] == [
        "seen = len(users)  (names users)",
        "print('seen', seen)  (names users)",
        "%materialize  (materializes users)",
    ]
    assert "".join(output.text for output in code_cells(folder / "out.ipynb")[6].outputs) == "orders 3\n"
    assert code_cells(folder / "out.ipynb")[7].outputs == []


def test_assets_that_are_not_selected_are_registered_all_the_same(chosen: Any) -> None:
    folder, _ = chosen
    assert "users" in code_cells(folder / "out.ipynb")[10].outputs[0].data["text/plain"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["materialize", "absent.ipynb"], "there is no file"),
        (["materialize", "."], "is a folder, not a notebook"),
        (["materialize", "text.ipynb"], "is not a notebook: it is not JSON"),
        (["materialize", "data.ipynb"], "is not a notebook: it is JSON without 'nbformat'"),
        (["materialize", "julia.ipynb"], "is a notebook for julia"),
        (["materialize", "ok.ipynb", "--output", "no/where.ipynb"], "no such folder"),
        (["materialize", "ok.ipynb", "--select", "nope"], "no asset is called 'nope'"),
        (["materialize", "ok.ipynb", "--select", "a and ("], "  a and (\n         ^"),
        (["materialize", "ok.ipynb", "--select", "group:none"], "matches no asset"),
        (["materialize", "ok.ipynb", "--select", ""], "the selection is empty: write * for every asset"),
        (["materialize", "ok.ipynb", "--select", "column:a"], "Dagster's 'column:' says nothing of a notebook"),
        (["materialize"], "required: NOTEBOOK.ipynb"),
        (["frobnicate"], "invalid choice"),
        ([], "required: COMMAND"),
    ],
)
def test_bad_usage(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 2 and the reason, before anything has run."""
    from asset_magic.cli import main

    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.ipynb").write_text("no notebook")
    (tmp_path / "data.ipynb").write_text("{}")
    write(tmp_path / "ok.ipynb", "%%asset a\nopen('ran.txt', 'w')")
    julia = new_notebook(metadata={"kernelspec": {"name": "julia", "language": "julia", "display_name": "Julia"}})
    nbformat.write(julia, tmp_path / "julia.ipynb")
    try:
        code: Any = main(arguments)
    except SystemExit as stop:
        code = stop.code
    captured = capsys.readouterr()
    assert code == 2
    assert said in captured.err
    assert captured.out == ""
    assert not (tmp_path / "ran.txt").exists()


def test_bad_usage_shows_no_traceback(tmp_path: Path) -> None:
    done = command("materialize", "absent.ipynb", cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    import asset_magic
    from asset_magic.cli import main

    for arguments, said in ((["--version"], asset_magic.__version__), (["--help"], "examples:")):
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        assert stop.value.code == 0
        assert said in capsys.readouterr().out
