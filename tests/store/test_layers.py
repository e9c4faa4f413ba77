"""A store beneath another one: a teacher's results under each student's own, which never touch them."""

from __future__ import annotations

import os
import stat

import pytest
from notebook_user import asset_cell
from other_kernels import Kernel

CLASS = "class Thing:\n    def __init__(self, n):\n        self.n = n"
DATA = asset_cell("data", "print('slow')\n[1, 2, 3]")
BIG = asset_cell("big", "import numpy as np\nnp.arange(50_000)")
THING = asset_cell("thing", "Thing(5)")
MEAN = asset_cell("mean", "sum(data) / len(data)")
CHECK = "%%asset_check mean name=positive\nimport asset_probe; asset_probe.ran('check')\nmean > 0"
CELLS = [CLASS, DATA, BIG, THING, MEAN, CHECK]
BODIES = ["data", "big", "thing", "mean", "check"]


@pytest.fixture
def kernel(folder, monkeypatch):
    """Starts kernels: of `who`, whose folder has a notebook and a store, perhaps with another store beneath."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(folder / "jupyter"))
    started = []

    def start(who, beneath=None, **more):
        home = folder / who
        home.mkdir(exist_ok=True)
        (home / "homework.ipynb").touch()
        config = {"store_beneath": str(folder / beneath / ".asset_magic")} if beneath else {}
        started.append(Kernel(home / ".asset_magic", home / "homework.ipynb", config, **more))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def taught(kernel):
    """The teacher's notebook has run, and its kernel is gone."""
    teacher = kernel("teacher")
    for cell in CELLS:
        teacher.run(cell)
    teacher.close()


@pytest.fixture
def student(kernel, taught):
    """A student's kernel, with the teacher's store beneath the own one."""
    return kernel("student", "teacher")


def content(folder):
    """All files below a folder, with their bytes."""
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_nothing_of_the_teachers_runs_again(student):
    """Values, outputs and verdicts are the teacher's, and nobody is told of rivals."""
    shown = [student.run(cell) for cell in CELLS]
    assert [student.count(body) for body in BODIES] == [0] * 5
    assert "slow" in shown[1].text
    assert "✓ positive" in shown[5].text
    assert not any("too" in one.text for one in shown)
    assert set(student.statuses().values()) == {"fresh"}


def test_what_the_student_edits_goes_into_the_students_store(folder, kernel, student):
    """The student's own results are there after a restart, above the teacher's."""
    for cell in CELLS:
        student.run(cell)
    student.run(asset_cell("mean", "sum(data) / 2"))
    student.run(asset_cell("mine", "mean + 1"))
    student.close()
    again = kernel("student", "teacher")
    for cell in [CLASS, DATA, asset_cell("mean", "sum(data) / 2"), asset_cell("mine", "mean + 1")]:
        again.run(cell)
    assert again.value("mine") == 4.0
    assert (again.count("mean"), again.count("mine"), again.count("data")) == (0, 0, 0)


def test_the_teachers_store_is_never_written(folder, student):
    """Not a byte of it, nor a file beside it, whatever a student does."""
    store = folder / "teacher" / ".asset_magic"
    before = content(store)
    for cell in [*CELLS, asset_cell("mean", "sum(data) / 2"), "big[0] = 7", "del big", asset_cell("n", "int(big[0])")]:
        student.run(cell)
    for command in ("%materialize --force", "%accept mean", "%forget data", "%assets --gc", "%assets --trust"):
        student.run(command)
    student.close()
    assert content(store) == before


def test_a_change_in_place_is_put_back_from_beneath(student):
    """A mapped file of the teacher's is not what a student changes."""
    for cell in CELLS:
        student.run(cell)
    assert "it was put back" in student.run("big[0] = 7\nthing.n = 9").text
    assert student.run("int(big[0]), thing.n").result == "(0, 5)"


def test_the_teacher_updates_while_students_work(kernel, student):
    """What the teacher makes anew is found as soon as a student's cells ask for it."""
    student.run(DATA)
    student.run(asset_cell("mine", "data[0]", "deps=data"))
    teacher = kernel("teacher")
    new = asset_cell("data", "[4, 5]")
    teacher.run(new)
    student.run(new)
    assert (student.value("data"), student.count("data")) == ([4, 5], 0)
    student.run("%materialize")
    assert student.value("mine") == 4


def test_the_teachers_assets_are_external_ones_to_other_cells(kernel, taught):
    """`deps=` finds them, though the notebooks have one name; they go stale when the teacher makes them anew."""
    student = kernel("student", "teacher")
    student.run(asset_cell("total", "sum(data)", "deps=data"), "total")
    assert student.value("total") == 6
    assert "data (from homework.ipynb)" in student.run("%lineage").text
    teacher = kernel("teacher")
    teacher.run(asset_cell("data", "[4, 5]"))
    assert student.statuses()["total"] == "stale"
    student.run("%materialize")
    assert student.value("total") == 9


def test_pickles_of_the_teacher_need_trust(folder, kernel, taught):
    """Another user loads what cannot run code; the rest is made again, into the own store."""
    student = kernel("student", "teacher", environ={"JUPYTER_DATA_DIR": str(folder / "another")})
    shown = [student.run(cell) for cell in CELLS]
    assert [student.count(body) for body in BODIES] == [0, 0, 1, 0, 0]
    assert "not loaded" in shown[3].text
    assert student.run("thing.n").result == "5"


def test_history_shows_both(student):
    """The history of an asset goes on from the teacher's."""
    student.run(DATA)
    student.run(asset_cell("data", "[9]"))
    assert student.run("from asset_magic import assets\n[one.load() for one in assets['data'].history]").result == (
        "[[9], [1, 2, 3]]"
    )


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_folder_that_cannot_be_written(folder, kernel, taught):
    """The teacher's folder may be read-only."""
    store = folder / "teacher" / ".asset_magic"
    places = [store, *store.rglob("*")]
    for place in places:
        place.chmod(place.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    try:
        student = kernel("student", "teacher")
        for cell in CELLS:
            student.run(cell)
        assert [student.count(body) for body in BODIES] == [0] * 5
    finally:
        for place in places:
            place.chmod(place.stat().st_mode | stat.S_IWUSR)


def test_a_store_beneath_that_is_not_there(kernel):
    """The reader is told, and the own store is used all the same."""
    student = kernel("student", "nobody")
    student.run(DATA)
    student.close()
    again = kernel("student", "nobody")
    again.run(DATA)
    assert again.count("data") == 0
    assert "nothing is taken from another store: there is no store at" in again.loading()
