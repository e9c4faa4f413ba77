"""The faults, theme by theme."""

from __future__ import annotations

from reliability import damage
from reliability.fault import Fault, Proved
from reliability.kernel import ALL, IN_FILES

GONE = "the stored value of large is gone, so it is made again"
DAMAGED = "the stored value of large is damaged, so it is made again"
RESCUED = (
    "the event log of the store at … was damaged: … records of it were saved, "
    "and the damaged file is kept as events.db.damaged"
)
NEWER = (
    "results are kept in memory only: the store at … cannot be read: "
    "a newer version of asset_magic wrote it (format 999): update asset_magic to use it"
)
UNTRUSTED = (
    "the stored value of pickled is not loaded, since you have not signed it and loading it can run code: "
    "%assets --trust, if you trust whoever made it"
)
IN_MEMORY = "what is made now is kept in memory only: "


def _assert(holds: bool) -> None:
    assert holds


VALUES = [
    Fault(
        what="The file of a value is deleted.",
        do=damage.largest(lambda path: path.unlink()),
        says=GONE,
        kept="All else. The value is made again.",
        again="large",
    ),
    Fault(
        what="The file of a value ends early, wherever.",
        do=damage.cut_somewhere(lambda store: damage.value_files(store)[0]),
        seeds=5,
        says=DAMAGED,
        kept="All else. The value is made again, and its file replaced.",
        again="large",
    ),
    Fault(
        what="Any one bit in the file of a value turns over.",
        do=damage.flip_somewhere(lambda store: damage.value_files(store)[0]),
        seeds=5,
        says=DAMAGED,
        kept="All else. The value is made again, and its file replaced.",
        again="large",
    ),
    Fault(
        what="A folder stands where the file of a value was.",
        do=damage.largest(damage.replaced_by_folder),
        says=DAMAGED,
        kept="All else. The value is made again, and stands in its place.",
        again="large",
    ),
    Fault(
        what="A link out of the store stands where the file of a value was.",
        do=damage.largest(damage.replaced_by_link),
        says=DAMAGED,
        kept="All else. Nothing is read through the link; the value is made again and replaces it.",
        again="large",
    ),
    Fault(
        what="The folder with all files of values is deleted.",
        do=lambda store: damage.deleted(store / "values"),
        says="all files of stored values are gone from the store at …, so those are made again",
        kept="The small values, and the history.",
        again=IN_FILES,
    ),
]

DATABASE: list[Fault | Proved] = [
    Fault(
        what="The event log (`events.db`) is deleted.",
        do=lambda store: damage.database(store).unlink(),
        says="the event log of the store at … is gone, so all is made again",
        kept="The files of values, which serve again when their assets are made.",
        again=ALL,
    ),
    Fault(
        what="The event log ends early, wherever.",
        do=damage.cut_somewhere(damage.database),
        seeds=5,
        says=RESCUED,
        kept="What can be read of it, and the damaged file.",
        again=None,
    ),
    Fault(
        what="The event log holds something else.",
        do=lambda store: damage.database(store).write_bytes(b"something else" * 1000) and None,
        says=RESCUED,
        kept="The damaged file, and the files of values, which serve again when their assets are made.",
        again=ALL,
    ),
    Fault(
        what="A newer version of asset_magic wrote the store.",
        do=damage.sql("PRAGMA user_version = 999"),
        says=NEWER,
        kept="The store as it is: nothing is written there.",
        again=ALL,
        later=ALL,
        lasts=True,
    ),
    Fault(
        what="The event log names a file outside of the store.",
        do=damage.sql("UPDATE materializations SET digest = '../../outside' WHERE key = 'large'"),
        says="the stored value of large has a name that no value has, so it is made again",
        kept="All else. Nothing outside is read; the value is made again.",
        again="large",
    ),
]

LOG_TESTS = "test_damaged_log.py"
DATABASE += [
    Proved(
        what="Bits, blocks or pages of the event log are damaged, wherever.",
        says="nothing where it does not matter, or that the event log was damaged, and how much of it was saved",
        kept="Each record that is still as it was written; never a wrong value. The damaged file is kept.",
        test=f"{LOG_TESTS}::test_the_database",
    ),
    Proved(
        what="The write-ahead log (`events.db-wal`, `events.db-shm`) is damaged.",
        says="nothing",
        kept="What was written before the damaged place. The rest is made again.",
        test=f"{LOG_TESTS}::test_the_write_ahead_log",
    ),
]

FOLDER = [
    Fault(
        what="A file stands where the store was.",
        do=damage.replaced_by_file,
        says=IN_MEMORY + "… is no folder",
        kept="The file. Values are kept in memory.",
        again=ALL,
        later=ALL,
        lasts=True,
    ),
    Fault(
        what="The store is deleted while a kernel runs.",
        do=damage.deleted,
        running=True,
        says="the store at … was deleted, so a new one is begun",
        kept="What the kernel holds in memory; a new store is begun.",
    ),
    Fault(
        what="The folder can only be read.",
        do=damage.readonly,
        mounts=True,
        says=IN_MEMORY + "nothing can be written to the store at …",
        kept="What is stored is used; what is made now is kept in memory.",
        again="",
    ),
    Fault(
        what="The folder can only be read, and there is no store in it.",
        do=damage.readonly,
        mounts=True,
        empty=True,
        says=IN_MEMORY + "there can be no store at …: read-only file system",
        kept="Values are kept in memory.",
        again=ALL,
        later=ALL,
    ),
    Fault(
        what="The disk becomes full.",
        do=damage.full_disk,
        disk="8m",
        mounts=True,
        running=True,
        says=IN_MEMORY + "the disk is full",
        kept="All that was stored. What is made then is kept in memory.",
    ),
    Fault(
        what="The disk is full from the beginning.",
        do=damage.full_disk,
        disk="8m",
        mounts=True,
        empty=True,
        says=IN_MEMORY + "the disk is full",
        kept="Values are kept in memory.",
        again=ALL,
        later=ALL,
    ),
]

KERNELS = [
    Proved(
        what="Kernels are killed (`kill -9`) at any moment: 220 times.",
        says="nothing",
        kept="All that was made before, values and verdicts. The next start removes what was half written.",
        test="test_killed.py",
    ),
    Proved(
        what="Several kernels use one store at once: 4 processes with 2,000 materializations each.",
        says="nothing",
        kept="All that each of them made.",
        test="test_together.py",
    ),
    Proved(
        what="A kernel forks itself, as `multiprocessing` does, and both use the store.",
        says="nothing",
        kept="All that both made.",
        test="test_together.py::test_a_forked_process_and_its_parent_lose_nothing",
    ),
    Fault(
        what="Another process writes to the event log and does not end (for 30 seconds).",
        do=damage.held,
        running=True,
        says=IN_MEMORY + "another process has not let go of the event log",
        kept="All that was stored. What is made until it ends is kept in memory.",
    ),
]

WORLD: list[Fault | Proved] = [
    Fault(
        what="The folder is on a network file system.",
        do=damage.network,
        says="",
        kept="All: the event log is written with a rollback journal, since a write-ahead log needs memory that "
        "machines do not share.",
        lasts=True,
        also=lambda kernel: _assert(damage.journal(kernel.store) == "delete"),
    ),
    Fault(
        what="The clock is set back by ten years.",
        do=lambda store: damage.clock_at(-10 * 365.0 * 86400),
        says="",
        kept="All. No status depends on the clock.",
    ),
    Fault(
        what="The key that signs values is lost.",
        do=lambda store: (store.parent / "jupyter" / "asset_magic_secret").unlink(),
        says=UNTRUSTED,
        kept="All that cannot run code when it is loaded.",
        again="pickled",
    ),
]

WORLD += [
    Fault(
        what="There is no place for the key that signs values (a home that cannot be written).",
        do=damage.no_place_for_keys,
        empty=True,
        says="the key that signs pickled values can be neither read nor made (…): "
        "such values are stored for this kernel only",
        kept="All that cannot run code when it is loaded.",
        again=ALL,
        later="pickled",
        lasts=True,
    ),
    Proved(
        what="Somebody else wrote into the store what could run code.",
        says=UNTRUSTED.replace("pickled", "model"),
        kept="It is made again, unless you say `%assets --trust` (or `asset-magic trust`) before.",
        test="../store/test_trusting.py",
    ),
    Proved(
        what="An asset is called `../../etc/passwd`, or has a NUL character in its name.",
        says="the error “… cannot name an asset: use letters, digits and _”",
        kept="Nothing is written outside of the store, whatever a name or record says.",
        test="test_names.py",
    ),
]

THEMES: dict[str, list[Fault | Proved]] = {
    "Damaged values": [*VALUES],
    "A damaged event log": [*DATABASE],
    "The folder and the disk": [*FOLDER],
    "Kernels": [*KERNELS],
    "The world around": [*WORLD],
}
FAULTS = [fault for faults in THEMES.values() for fault in faults if isinstance(fault, Fault)]
