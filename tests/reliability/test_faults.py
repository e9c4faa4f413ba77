"""Every fault of the table in docs/reliability.md."""

import pytest
from reliability.faults import FAULTS
from reliability.player import can_mount, play, play_apart

from asset_magic.store import log

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
    monkeypatch.setattr(log, "_WAIT", log._WAIT)
    for name in ("ASSET_MAGIC_HOME", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(name, "")  # so that it is put back in the end
    if not FAULTS[number].mounts:
        play(FAULTS[number], folder, seed)
    elif not mounting:
        pytest.skip("needs the right to mount file systems for a process of its own (unshare)")
    else:
        done = play_apart(number)
        assert done.returncode == 0, done.stderr
