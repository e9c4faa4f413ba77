"""An event log that is damaged in any place gives no wrong value and no error, and can be written again."""

import contextlib
import random
import shutil
import sqlite3

import pytest
from reliability import nursery
from reliability.damage import cut, flip

from asset_magic.model.errors import AssetValueMissing
from asset_magic.run.versions import version_of
from asset_magic.store.database import NAME

SEEDS = 20


@pytest.fixture(scope="module", autouse=True)
def key_of_its_own(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_DATA_DIR", str(tmp_path_factory.mktemp("jupyter")))
        yield


@pytest.fixture(scope="module")
def sound(tmp_path_factory, key_of_its_own):
    """A store with some values, all of whose records are in one file."""
    return written(tmp_path_factory.mktemp("sound") / "store", close=True)


@pytest.fixture(scope="module")
def journalled(tmp_path_factory, key_of_its_own):
    """A store whose last records are only in the write-ahead log, as when a kernel was killed."""
    folder = tmp_path_factory.mktemp("journalled")
    written(folder / "open", close=False)
    return shutil.copytree(folder / "open", folder / "store")


def written(folder, close):
    store = nursery.open_store(folder, "a.ipynb")
    for number in range(40):
        asset = nursery.ASSETS[number % len(nursery.ASSETS)]
        value = nursery.value_of(asset, number)
        record = nursery.record_of(asset, number, value)
        store.record(record, value)
        store.record_check(nursery.verdict_of(record))
    if close:
        store.close()
        with contextlib.closing(sqlite3.connect(folder / NAME)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    return folder


def one_bit(path, chance):
    flip(path, chance.randrange(path.stat().st_size), chance.randrange(8))


def many_bits(path, chance):
    for _ in range(20):
        one_bit(path, chance)


def an_end(path, chance):
    cut(path, chance.randrange(path.stat().st_size))


def a_block(path, chance):
    at = chance.randrange(path.stat().st_size // 512) * 512
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(chance.choice((bytes(512), chance.randbytes(512))))


def a_page(path, chance):
    at = chance.randrange(path.stat().st_size // 4096) * 4096
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(bytes(4096))


DAMAGES = [one_bit, many_bits, an_end, a_block, a_page]


def goes_on(folder):
    """See that nothing wrong is read, and that what is recorded now is found again. Gives how many values were read."""
    said = []
    store = nursery.open_store(folder, "a.ipynb")
    store._guard._say = said.append
    read = 0
    for asset in nursery.ASSETS:
        store.checks(asset)
        store.standings(asset)
        for record in store.history(asset):
            assert str(record.key) == asset
            assert all(str(found.key) == asset for found in store.find(record.key, record.provenance))
            try:
                value = store.load(record)
            except AssetValueMissing:
                continue
            assert version_of(value) == record.data_version
            read += 1
    new = nursery.record_of("row", 1000, {"new": 1000})
    store.record(new, {"new": 1000})
    store.close()
    again = nursery.open_store(folder, "a.ipynb")
    again._guard._say = said.append
    found = [one.run_id for one in again.find(new.key, new.provenance)]
    if found == ["run-1000"]:
        assert again.load(new) == {"new": 1000}
    else:  # an index that is damaged in a way that SQLite does not notice hides a record, which is made again then
        assert found == []
        assert again._log.query("PRAGMA integrity_check") != [("ok",)]
    again.close()
    assert len(said) <= 3, said
    return read


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_the_database(sound, tmp_path, damage):
    read = 0
    for seed in range(SEEDS):
        folder = shutil.copytree(sound, tmp_path / str(seed))
        damage(folder / NAME, random.Random(seed))
        try:
            read += goes_on(folder)
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise
    if damage is not an_end:  # which takes the newest provenances along
        assert read > 40 * SEEDS * 0.5  # most of what was not hit is still there


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("end", ["-wal", "-shm"])
def test_the_write_ahead_log(journalled, tmp_path, damage, end):
    for seed in range(SEEDS // 2):
        folder = shutil.copytree(journalled, tmp_path / str(seed))
        damage(folder / f"{NAME}{end}", random.Random(seed))
        try:
            goes_on(folder)
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise


def test_a_log_that_lacks_its_end_is_read_up_to_there(sound, tmp_path):
    folder = shutil.copytree(sound, tmp_path / "store")
    with contextlib.closing(sqlite3.connect(folder / NAME)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        connection.execute("CREATE TABLE last AS SELECT zeroblob(?) AS filler", (3 * size,))
        connection.commit()
    cut(folder / NAME, (folder / NAME).stat().st_size - size)
    assert goes_on(folder) == 40


def test_an_index_that_hides_records_is_noticed_when_one_is_missed(sound, tmp_path):
    folder = shutil.copytree(sound, tmp_path / "store")
    store = nursery.open_store(folder, "a.ipynb")
    (first, *_) = store.history("row")
    store.close()
    by = "materializations_by_moment"

    def run(*statements):
        with contextlib.closing(sqlite3.connect(folder / NAME)) as connection:
            for statement, *values in statements:
                found = connection.execute(statement, values).fetchall()
            connection.commit()
        return found

    ((index,),) = run(("SELECT sql FROM sqlite_master WHERE name = ?", by))
    writable, define = ("PRAGMA writable_schema = ON",), "UPDATE sqlite_master SET sql = ? WHERE name = ?"
    run(writable, (define, f"{index} WHERE key != 'row'", by))
    run((f"REINDEX {by}",))  # without some records
    run(writable, (define, index, by))
    said = []
    store = nursery.open_store(folder, "a.ipynb")
    store._guard._say = said.append
    assert version_of(store.load(first)) == first.data_version
    store.close()
    (line,) = said
    assert "was damaged: 80 records of it were saved" in line
