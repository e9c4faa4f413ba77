"""Loading into a shell and leaving it again without a trace."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from asset_magic.notebook.calls import OwnCalls
from asset_magic.notebook.completion import matcher_for
from asset_magic.notebook.config import AssetMagic
from asset_magic.notebook.display import Display
from asset_magic.notebook.magics import AssetMagics
from asset_magic.notebook.plain_cells import PlainCells
from asset_magic.notebook.shell import ErrorHook, Shell
from asset_magic.notebook.storing import (
    LIMITS,
    PLACES,
    change_limits,
    change_store,
    notebook_name,
    refuse_to_move,
    store_for,
)
from asset_magic.notebook.tracebacks import Tracebacks
from asset_magic.session.left import Left
from asset_magic.session.live import close_session, open_session
from asset_magic.session.runner import Runner
from asset_magic.session.session import Session, say

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


@dataclass(frozen=True)
class Loaded:
    """All that was put into a shell."""

    shell: Shell
    runner: Runner
    magics: AssetMagics
    events: dict[str, Any]
    calls: OwnCalls
    matcher: Any
    display: Display
    errors: ErrorHook


_loaded: dict[int, Loaded] = {}
_left: WeakKeyDictionary[InteractiveShell, Left] = WeakKeyDictionary()


def load(ipython: InteractiveShell) -> None:
    """Put the magics, the listeners and the registry into a shell.

    Loading again starts without assets. Plain variables are still there, so where they came from is still known.
    """
    unload(ipython)
    shell = Shell(ipython)
    config = AssetMagic(parent=ipython)
    notebook = notebook_name(shell)
    store = store_for(config, notebook, say)
    session = Session(shell.variables, hidden=shell.hidden, left=_left.pop(ipython, None), store=store)
    runner = Runner(session, shell.capture, shell.replay)
    plain = PlainCells(shell, runner)
    display = Display(shell, runner, plain, config)
    magics = AssetMagics(shell, runner, plain, display)
    loaded = Loaded(
        shell,
        runner,
        magics,
        {"pre_run_cell": plain.begin, "post_run_cell": plain.end, "post_execute": plain.ran_outside},
        OwnCalls(runner.any_waits),
        matcher_for(runner),
        display,
        shell.show_errors_by(Tracebacks(shell).show),
    )
    plain.ended = display.cell_ended
    ipython.register_magics(magics)
    configurables: list[Any] = ipython.configurables
    configurables.append(config)
    session.namespace.count_versions(config.module_versions)  # type: ignore[arg-type]  # one of an Enum
    config.observe(lambda change: session.namespace.count_versions(change.new), "module_versions")
    config.may_move = partial(refuse_to_move, session)
    config.observe(lambda change: change_store(session, config, notebook), PLACES)
    config.observe(lambda change: change_limits(session, config), LIMITS)
    shell.connect(loaded.events)
    ipython.input_transformers_post.append(loaded.calls)
    ipython.Completer.custom_matchers.append(loaded.matcher)
    open_session(runner)
    _loaded[id(ipython)] = loaded


def unload(ipython: InteractiveShell) -> None:
    """Take everything back that `load` put into a shell; the values stay in its variables."""
    loaded = _loaded.pop(id(ipython), None)
    if loaded is None:
        return
    loaded.display.close()
    loaded.shell.disconnect(loaded.events)
    loaded.errors.remove()
    ipython.input_transformers_post.remove(loaded.calls)
    ipython.Completer.custom_matchers.remove(loaded.matcher)
    configurables: list[Any] = ipython.configurables
    configurables.remove(loaded.magics)
    configurables.remove(loaded.display.config)
    manager = ipython.magics_manager
    manager.registry.pop(type(loaded.magics).__name__, None)
    for kind, names in loaded.magics.magics.items():
        for name in names:
            manager.magics[kind].pop(name, None)
    close_session()
    _left[ipython] = loaded.runner.session.end()
    loaded.runner.session.store.close()
