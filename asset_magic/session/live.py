"""Which session is the one of this kernel."""

from __future__ import annotations

from asset_magic.session.runner import Runner
from asset_magic.session.session import Session

_notebook: Runner | None = None
_nobody: Runner | None = None


def open_session(runner: Runner) -> None:
    """Make ``runner`` the one of this kernel."""
    global _notebook
    _notebook = runner


def close_session() -> None:
    """Let go of the kernel's session."""
    global _notebook
    _notebook = None


def notebook_runner() -> Runner | None:
    """The runner of the notebook, or None where the extension is not loaded."""
    return _notebook


def current_runner() -> Runner:
    """The runner of the notebook, or one without assets where the extension is not loaded."""
    global _nobody
    if _notebook is not None:
        return _notebook
    if _nobody is None:
        _nobody = Runner(Session({}))
    return _nobody
