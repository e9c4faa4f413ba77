"""What all tests share: notebooks at a real IPython shell, in an empty folder of their own."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings

# Tests are imported by file, so helpers beside them are found only through the path.
sys.path.insert(0, str(Path(__file__).parent))

from notebook_user import Notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

settings.register_profile(
    "ci", max_examples=200, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("dev", max_examples=25, deadline=None)
settings.register_profile(  # says at once whether something is wrong, and leaves finding the smallest case for later
    "quick",
    parent=settings.get_profile("ci"),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
settings.register_profile(
    "long",
    max_examples=10_000,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty current folder. What is imported from it is forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.fixture
def nb(folder: Path) -> Iterator[Notebook]:
    """A notebook with the extension loaded."""
    with Notebook() as notebook:
        yield notebook


@pytest.fixture
def factory(folder: Path) -> Iterator[Callable[..., Notebook]]:
    """Makes notebooks, one kernel after the other: a new one closes the one before."""
    made: list[Notebook] = []

    def make(**options: bool) -> Notebook:
        if made:
            made[-1].close()
        made.append(Notebook(**options))
        return made[-1]

    yield make
    for notebook in made:
        notebook.close()
