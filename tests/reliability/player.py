"""Plays faults at a real IPython shell: a kernel before, one that meets the fault, and one after it."""

from __future__ import annotations

import contextlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(_TESTS)] if str(_TESTS) not in sys.path else []

from reliability.damage import mount  # noqa: E402 - found by the line above
from reliability.fault import Fault  # noqa: E402
from reliability.kernel import ALL, Kernel  # noqa: E402

from asset_magic.store import database  # noqa: E402

_MOUNT = ["unshare", "--user", "--mount", "--map-root-user"]


def play(fault: Fault, folder: Path, seed: int = 0) -> None:
    """Do what the fault says in ``folder``, and look at everything that it promises."""
    store = folder / ".asset_magic"
    database._WAIT = 0.5  # nobody waits as long as in earnest
    if fault.disk:
        store.mkdir()
        mount("-t", "tmpfs", "-o", f"size={fault.disk}", "tmpfs", str(store))
    if not fault.empty:
        with Kernel(store) as kernel:
            assert kernel.run_all() == ALL
            kernel.check_values(1)
            assert kernel.said == []
    with contextlib.ExitStack() as until:
        with contextlib.ExitStack() as meanwhile:
            holds = until if fault.lasts else meanwhile
            if not fault.running:
                _happen(fault, store, seed, holds)
            with Kernel(store) as kernel:
                _meet(fault, kernel, lambda: _happen(fault, store, seed, holds))
        with Kernel(store) as kernel:
            ran = kernel.run_all()
            assert ran == fault.later, f"ran in the kernel after it: {ran}"
            kernel.check_values(1)
            _told(fault.says if fault.lasts else "", kernel.said)


def _happen(fault: Fault, store: Path, seed: int, holds: contextlib.ExitStack) -> None:
    done = fault.do(store, random.Random(seed)) if fault.seeds else fault.do(store)
    if done is not None:
        holds.enter_context(done)


def _meet(fault: Fault, kernel: Kernel, happen) -> None:
    """The kernel in which it happens: it says so once, and everything goes on."""
    if fault.running:
        assert kernel.run_all() == (ALL if fault.empty else "")
        happen()
        kernel.set_rate(3)
        kernel.check_values(3)
    else:
        ran = kernel.run_all()
        assert ran == fault.again or fault.again is None, f"ran: {ran}"
        kernel.check_values(1)
    kernel.set_rate(2)
    kernel.check_values(2)
    kernel.set_rate(1)
    kernel.check_values(1)
    _told(fault.says, kernel.said)
    if fault.also is not None:
        fault.also(kernel)


def _told(line: str, said: list[str]) -> None:
    """See that the reader was told this line, once, and nothing else."""
    assert len(said) == (line != ""), f"said: {said}"
    for told in said:
        assert re.fullmatch(re.escape(line).replace("…", ".+"), told.removeprefix("asset_magic: ")), f"said: {told!r}"


def can_mount() -> bool:
    """Whether this user may mount file systems for a process of its own."""
    program = shutil.which(_MOUNT[0])
    asked = [*_MOUNT, "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
    return program is not None and subprocess.run(asked, capture_output=True, check=False).returncode == 0


def play_apart(number: int) -> subprocess.CompletedProcess[str]:
    """Play a fault in a process that may mount file systems."""
    return subprocess.run([*_MOUNT, sys.executable, __file__, str(number)], capture_output=True, text=True, check=False)


if __name__ == "__main__":
    from reliability.faults import FAULTS

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        play(FAULTS[int(sys.argv[1])], Path(place))
