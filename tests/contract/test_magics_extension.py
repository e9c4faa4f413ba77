"""Section 2: an ordinary extension of IPython, that can be loaded, unloaded and loaded again."""

from __future__ import annotations


def machinery(shell):
    """Everything of a shell that an extension can add itself to."""
    return {
        "magics": {kind: set(magics) for kind, magics in shell.magics_manager.magics.items()},
        "events": {event: list(callbacks) for event, callbacks in shell.events.callbacks.items()},
        "cleanup": list(shell.input_transformer_manager.cleanup_transforms),
        "lines": list(shell.input_transformer_manager.line_transforms),
        "tokens": list(shell.input_transformer_manager.token_transformers),
        "post": list(shell.input_transformers_post),
        "ast": list(shell.ast_transformers),
        "matchers": list(shell.Completer.custom_matchers),
        "configurables": [each for each in shell.configurables if type(each).__module__.startswith("asset_magic")],
        "display_pub": shell.display_pub,
        "displayhook": shell.displayhook,
        "custom exceptions": shell.custom_exceptions,
        "names": {name for name in shell.user_ns if not name.startswith("_")},
    }


def test_unload_leaves_no_trace(factory):
    """Unload must take back magics, events, transformers and matchers."""
    nb = factory(load=False)
    before = machinery(nb.shell)
    nb.load()
    assert machinery(nb.shell) != before
    assert nb.run("%unload_ext asset_magic").ok
    assert machinery(nb.shell) == before


def test_unload_after_use_leaves_no_trace(factory):
    """Unload must take back all, also after cells ran, failed and awaited."""
    nb = factory(load=False)
    before = machinery(nb.shell)
    nb.load()
    nb.run("%%asset a\nimport asyncio\nawait asyncio.sleep(0)\n1")
    nb.run("%%asset b\n1 / 0")
    nb.run("%%asset a\n(")
    nb.run("%forget a b")
    nb.run("%unload_ext asset_magic")
    after = machinery(nb.shell)
    before["names"] |= {"a"} & after["names"]
    assert after == before


def test_unload_stays_out_of_the_way_of_others(factory):
    """An extension loaded later keeps its hooks when this one is unloaded before it."""
    nb = factory()
    seen = []
    nb.shell.events.register("post_run_cell", seen.append)
    nb.run("%unload_ext asset_magic")
    seen.clear()
    assert nb.run("1 + 1").ok
    assert len(seen) == 1


def test_cells_run_after_unload(factory):
    """After the extension is unloaded the shell is a plain one; the values stay."""
    nb = factory()
    nb.asset("a", "[1]")
    nb.run("%unload_ext asset_magic\nx = 1")
    assert nb.run("x += len(a)\nx").result == 2


def test_reload(factory):
    """Reload must work: each hook is there once."""
    nb = factory()
    loaded = machinery(nb.shell)
    assert nb.run("%reload_ext asset_magic").ok
    again = machinery(nb.shell)
    assert {key: len(value) for key, value in again["magics"].items()} == {
        key: len(value) for key, value in loaded["magics"].items()
    }
    assert {key: len(value) for key, value in again["events"].items()} == {
        key: len(value) for key, value in loaded["events"].items()
    }
    nb.asset("a", "1")
    assert nb.count("a") == 1
    assert nb.status("a") == "fresh"


def test_load_twice(factory):
    """`%load_ext` once more, as in a first cell that is run again, changes nothing."""
    nb = factory()
    nb.asset("a", "1")
    nb.run("%load_ext asset_magic")
    assert nb.statuses() == {"a": "fresh"}


def test_new_kernel_starts_empty(factory):
    """A new kernel with an empty store knows no assets."""
    factory().asset("a", "1")
    nb = factory()
    assert nb.statuses() == {}
    nb.asset("a", "1")
    assert nb.count("a") == 1


def test_plain_cells_are_as_ever(factory):
    """With the extension loaded, plain cells do what they do without it."""
    cells = [
        "x = 1\nx",
        "print('p')",
        "1 / 0",
        "_",
        "%pwd",
        "import asyncio\nawait asyncio.sleep(0)\n5",
        "x +",
        "!echo hi",
    ]
    pages = []
    for load in (False, True):
        nb = factory(load=load)
        if not load:
            nb.run("pass", None)
        ran = [nb.run(cell) for cell in cells]
        pages.append([(each.stdout, each.stderr, repr(each.error), repr(each.result)) for each in ran])
    assert pages[0] == pages[1]
