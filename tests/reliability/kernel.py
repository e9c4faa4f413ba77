"""A kernel on a store: a notebook with values of all sizes and kinds, and what its reader is told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from notebook_user import Notebook

from asset_magic.run.versions import version_of

if TYPE_CHECKING:
    from notebook_user import Ran

BODIES = {
    "small": "{'rate': rate}",  # in the row
    "large": "numpy.arange(200_000) * rate",  # in a file that is mapped into memory
    "frame": "pandas.DataFrame({'n': large[:20_000], 'half': large[:20_000] / 2})",  # in a file that is read
    "pickled": "types.SimpleNamespace(rate=rate)",  # in a form that can run code when it is loaded, so signed
    "total": "int(large.sum()) + len(frame)",
}
ALL = " ".join([*BODIES, "check"])
IN_FILES = "large frame"


class Kernel:
    """One kernel, from its start to its end.

    Args:
        store: the folder of the store.

    Attributes:
        store: the same.
        nb: the notebook.
        said: what the reader was told, line by line.
    """

    def __init__(self, store: Path) -> None:
        os.environ["ASSET_MAGIC_HOME"] = str(store)
        os.environ["JUPYTER_DATA_DIR"] = str(store.parent / "jupyter")
        self.store = store
        self.said: list[str] = []
        self.nb = Notebook(load=False)
        self.see(self.nb.load())
        self.see(self.nb.run("import types, numpy, pandas", "imports"))

    def run_all(self) -> str:
        """Run the notebook from top to bottom. Returns the bodies that ran, in their order, the check's last."""
        before = dict(self.nb.counts)
        self.see(self.nb.run("rate = 1", "rate"))
        for name, body in BODIES.items():
            self.see(self.nb.asset(name, body))
        self.see(self.nb.check("total", "total > 0"))
        names = {**dict.fromkeys(BODIES), "check total ok": "check"}
        return " ".join(short or name for name, short in names.items() if self.nb.counts[name] > before.get(name, 0))

    def set_rate(self, rate: int) -> None:
        """Change what all assets follow from, and bring them up to date."""
        self.see(self.nb.run(f"rate = {rate}", "rate"))
        self.see(self.nb.materialize())

    def see(self, ran: Ran) -> None:
        """Note what a cell told its reader; none may fail."""
        assert ran.ok, f"{ran.error!r}\n" + "\n".join(self.nb.transcript)
        self.said += [line for line in ran.stderr.splitlines() if line.strip()]

    def check_values(self, rate: int) -> None:
        """See that all is fresh and what it ought to be."""
        assert set(self.nb.statuses().values()) == {"fresh"}, self.nb.statuses()
        for name, value in expected(rate).items():
            assert version_of(self.nb.value(name)) == version_of(value), f"{name} is {self.nb.value(name)!r}"
            assert version_of(self.nb.here(name)) == version_of(value), f"{name} is {self.nb.here(name)!r} here"
        assert self.nb.checks("total") == {"ok": True}

    def close(self) -> None:
        """Shut the kernel down."""
        self.nb.close()

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def expected(rate: int) -> dict[str, Any]:
    """What the assets must be."""
    from types import SimpleNamespace

    large = np.arange(200_000) * rate
    frame = pd.DataFrame({"n": large[:20_000], "half": large[:20_000] / 2})
    return {
        "small": {"rate": rate},
        "large": large,
        "frame": frame,
        "pickled": SimpleNamespace(rate=rate),
        "total": int(large.sum()) + len(frame),
    }
