"""What could run code is loaded if this user has stored it, or has trusted it."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from notebook_user import Notebook

TOLD = (
    "asset_magic: the stored value of model is not loaded, since you have not signed it and loading it can run code: "
    "%assets --trust, if you trust whoever made it\n"
)


class User:
    """Somebody with a Jupyter folder of their own, at a notebook on the common store."""

    def __init__(self, folder, monkeypatch, name):
        monkeypatch.setenv("ASSET_MAGIC_HOME", str(folder / "store"))
        monkeypatch.setenv("JUPYTER_DATA_DIR", str(folder / name))
        self.nb = Notebook()
        self.nb.run("from types import SimpleNamespace\nfrom IPython.display import HTML, display", "imports")

    def run(self):
        ran = self.nb.asset("model", "display(HTML('<b>trained</b>'))\nSimpleNamespace(weight=3)")
        assert ran.ok
        return ran

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.nb.close()


@pytest.fixture
def user(folder, monkeypatch):
    return lambda name: User(folder, monkeypatch, name)


def trained(ran):
    return any("<b>trained</b>" in data.get("text/html", "") for data in ran.displays)


def test_ones_own_values_are_loaded(user):
    with user("ada") as ada:
        ada.run()
    with user("ada") as ada:
        ran = ada.run()
        assert (ada.nb.count("model"), ran.stderr, trained(ran)) == (0, "", True)
        assert ada.nb.value("model") == SimpleNamespace(weight=3)


def test_those_of_others_are_told_of_and_made_again(user):
    with user("ada") as ada:
        ada.run()
    with user("eve") as eve:
        ran = eve.run()
        assert (eve.nb.count("model"), ran.stderr) == (1, TOLD)


def test_they_are_loaded_once_they_are_trusted(user):
    with user("ada") as ada:
        ada.run()
    with user("eve") as eve:
        told = eve.nb.run("%assets --trust")
        assert told.text == "trusted from now on: model (1 value and 1 display)"
        ran = eve.run()
        assert (eve.nb.count("model"), ran.stderr, trained(ran)) == (0, "", True)
    with user("eve") as eve:
        eve.run()
        assert eve.nb.count("model") == 0
        assert eve.nb.run("%assets --trust").text == "all that is stored is trusted already"


def test_the_trust_of_one_user_is_not_that_of_another(user):
    for name in ("ada", "eve"):
        with user(name) as one:
            one.nb.run("%assets --trust") if name == "eve" else None
            one.run()
    with user("bob") as bob:
        assert bob.run().stderr == TOLD


def test_what_comes_later_is_not_trusted_with_it(user):
    with user("ada") as ada:
        ada.run()
    with user("eve") as eve:
        eve.nb.run("%assets --trust")
    with user("ada") as ada:
        ada.nb.asset("model", "SimpleNamespace(weight=4)")
    with user("eve") as eve:
        ran = eve.nb.asset("model", "SimpleNamespace(weight=4)")
        assert (eve.nb.count("model"), ran.stderr) == (1, TOLD)


def test_the_command_trusts_too(user, folder, monkeypatch):
    with user("ada") as ada:
        ada.run()
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(folder / "eve"))
    asked = [sys.executable, "-m", "asset_magic.cli", "trust", "--store", "store"]
    done = subprocess.run(asked, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("trusted from now on: model (1 value and 1 display)\n", "")
    with user("eve") as eve:
        assert (eve.run().stderr, eve.nb.count("model")) == ("", 0)


def test_a_list_of_what_is_trusted_that_somebody_else_wrote_trusts_nothing(user, folder):
    with user("ada") as ada:
        ada.run()
        ada.nb.run("%assets --trust")
    with user("bob") as bob:
        bob.nb.run("%assets --trust")
    (folder / "eve").mkdir()
    os.rename(folder / "bob" / "asset_magic_trusted", folder / "eve" / "asset_magic_trusted")
    with user("eve") as eve:
        assert eve.run().stderr == TOLD


@pytest.mark.parametrize("line", ["--gc --trust", "--dry-run", "--trust --dry-run", "+model --gc"])
def test_what_cannot_be_asked_of_a_store_is_an_error(user, line):
    with user("ada") as ada:
        ran = ada.nb.run(f"%assets {line}")
        assert ran.message == "%assets --gc, %assets --gc --dry-run and %assets --trust are for the whole store"


def test_a_store_in_memory_has_nothing_to_look_after(nb):
    for line in ("--gc", "--trust"):
        assert nb.run(f"%assets {line}").message == "results are kept in memory only: there is no store"


def test_old_values_are_cleared_away_from_the_notebook(user):
    with user("ada") as ada:
        for weight in range(7):
            ada.nb.asset("model", f"SimpleNamespace(weight={weight})")
        assert ada.nb.run("%assets --gc --dry-run").text.startswith("nothing to clear away; 5 values stay")
        assert ada.nb.run("%assets --gc").text.startswith("nothing to clear away; 5 values stay")
