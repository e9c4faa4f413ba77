"""Every fault of the table in docs/reliability.md."""

import pytest
from reliability.fault import Proved
from reliability.faults import FAULTS, THEMES
from reliability.player import can_mount, play, play_apart
from reliability.table import DOCUMENT, written

from asset_magic.store import database

PLAYED = [
    pytest.param(number, seed, id=f"{fault.what}{f' {seed}' if seed else ''}")
    for number, fault in enumerate(FAULTS)
    for seed in range(fault.seeds or 1)
]


@pytest.fixture(scope="session")
def mounting():
    return can_mount()


@pytest.mark.parametrize(("number", "seed"), PLAYED)
def test_fault(number, seed, folder, monkeypatch, mounting):
    """What the table says comes true, and work goes on."""
    monkeypatch.setattr(database, "_WAIT", database._WAIT)
    for name in ("ASSET_MAGIC_HOME", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(name, "")  # so that it is put back in the end
    if not FAULTS[number].mounts:
        play(FAULTS[number], folder, seed)
    elif not mounting:
        pytest.skip("needs the right to mount file systems for a process of its own (unshare)")
    else:
        done = play_apart(number)
        assert done.returncode == 0, done.stderr


def test_the_table_in_the_document_is_what_the_data_says():
    assert DOCUMENT.read_text() == written(DOCUMENT.read_text()), "python tests/reliability/table.py"


@pytest.mark.parametrize(
    "proved", [fault for faults in THEMES.values() for fault in faults if isinstance(fault, Proved)]
)
def test_a_fault_with_a_test_of_its_own_has_it(proved):
    path, _, name = proved.test.partition("::")
    assert (f"def {name}(" if name else "def test_") in (
        DOCUMENT.parents[1] / "tests" / "reliability" / path
    ).read_text()
