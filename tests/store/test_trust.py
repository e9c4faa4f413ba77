"""What is signed is known to be this user's, and nothing else is."""

from __future__ import annotations

import multiprocessing
import os
import stat
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_magic.store.trust import KEY_FILE, Signer


def key_of(folder):
    return (folder / KEY_FILE).read_bytes()


def test_a_signature_holds_for_what_was_signed_and_in_another_process(tmp_path):
    signature = Signer(tmp_path).sign(b"pickle", memoryview(b"data"))
    program = f"""
from pathlib import Path
from asset_magic.store.trust import Signer
print(Signer(Path({str(tmp_path)!r})).holds({signature!r}, b"pickle", b"data"))
"""
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "True\n"


@pytest.fixture(scope="module")
def signer(tmp_path_factory):
    return Signer(tmp_path_factory.mktemp("jupyter"))


@given(st.lists(st.binary(max_size=3), max_size=3), st.lists(st.binary(max_size=3), max_size=3))
def test_a_signature_holds_for_nothing_else(signer, signed, other):
    assert signer.holds(signer.sign(*signed), *other) == (signed == other)


@pytest.mark.parametrize("signature", [b"", b"x" * 32, b"x" * 100])
def test_what_is_no_signature_does_not_hold(tmp_path, signature):
    assert not Signer(tmp_path).holds(signature, b"data")


def test_a_signature_of_another_user_does_not_hold(tmp_path):
    theirs = Signer(tmp_path / "theirs").sign(b"data")
    assert not Signer(tmp_path / "mine").holds(theirs, b"data")


def test_arrays_of_any_shape_are_signed_by_their_bytes(tmp_path):
    numpy = pytest.importorskip("numpy")
    signer = Signer(tmp_path)
    square = numpy.arange(4.0).reshape(2, 2)
    assert signer.holds(signer.sign(memoryview(square)), square.tobytes())


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_nobody_else_can_read_the_key(tmp_path):
    folder = tmp_path / "jupyter" / "data"
    old = os.umask(0)
    try:
        Signer(folder).sign(b"data")
    finally:
        os.umask(old)
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_key_that_others_can_read_is_closed_to_them(tmp_path):
    signature = Signer(tmp_path).sign(b"data")
    (tmp_path / KEY_FILE).chmod(0o644)
    assert Signer(tmp_path).holds(signature, b"data")
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


def sign_at_once(folder, barrier, signatures):
    barrier.wait()
    signatures.put(Signer(folder).sign(b"data"))


def test_processes_that_make_the_key_at_once_make_one_key(tmp_path):
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    for attempt in range(5):
        folder = tmp_path / str(attempt)
        barrier, signatures = context.Barrier(4), context.Queue()
        children = [context.Process(target=sign_at_once, args=(folder, barrier, signatures)) for _ in range(4)]
        for child in children:
            child.start()
        assert len({signatures.get(timeout=60) for _ in children}) == 1
        for child in children:
            child.join()
        assert os.listdir(folder) == [KEY_FILE]


def test_where_no_key_can_be_made_one_of_this_process_signs(tmp_path):
    (tmp_path / "file").write_text("")
    signer = Signer(tmp_path / "file" / "folder")
    assert signer.holds(signer.sign(b"data"), b"data")
    assert not Signer(tmp_path / "file" / "folder").holds(signer.sign(b"data"), b"data")
    assert "can be neither read nor made" in signer.problem
    assert "for this kernel only" in signer.problem


def test_a_key_file_that_is_cut_short_is_not_used(tmp_path):
    (tmp_path / KEY_FILE).write_bytes(b"short")
    signer = Signer(tmp_path)
    assert "holds no key: delete it, and a new one is made" in signer.problem
    assert key_of(tmp_path) == b"short"


def test_a_good_key_is_no_problem(tmp_path):
    assert Signer(tmp_path).problem == ""


def test_the_key_is_in_the_folder_of_jupyter(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    Signer().sign(b"data")
    assert len(key_of(tmp_path)) >= 32
