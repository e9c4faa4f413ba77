"""No name leads out of the store."""

import os
from dataclasses import replace

import pytest
from notebook_user import Notebook
from reliability import nursery

from asset_magic.model.errors import DefinitionError
from asset_magic.model.keys import AssetKey

NAMES = ["../../outside", "/outside", "..", "a/../../outside", "a\0b", "C:\\outside", "~/outside", "a\nb"]


@pytest.fixture(autouse=True)
def at_home(folder, monkeypatch):
    (folder / "work").mkdir()
    monkeypatch.chdir(folder / "work")
    monkeypatch.setenv("ASSET_MAGIC_HOME", str(folder / "work" / "store"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(folder / "work" / "jupyter"))


@pytest.mark.parametrize("name", [name for name in NAMES if "\n" not in name])
def test_that_is_none_becomes_an_asset(folder, name):
    with Notebook() as nb:
        ran = nb.run(f"%%asset {name}\nlist(range(100_000))")
        assert not ran.ok
        assert "cannot name an asset" in ran.message
        assert len(nb.assets) == 0
    assert os.listdir(folder) == ["work"]


@pytest.mark.parametrize("name", NAMES)
def test_that_a_program_gives_to_a_store_leads_out(folder, name):
    with pytest.raises(DefinitionError):
        AssetKey([name])
    store = nursery.open_store(folder / "work" / "store", "../../outside.ipynb")
    value = nursery.value_of("file", 1)
    record = nursery.record_of("file", 1, value)
    store.record(replace(record, key=name), value)
    store.record_check(replace(nursery.verdict_of(record), asset_key=name, passed=False))
    store.record(record, value)
    assert store.load(record).tolist() == value.tolist()
    assert store.ever_failed() == set()
    store.close()
    assert os.listdir(folder) == ["work"]
    assert os.listdir(folder / "work") == ["store"]
