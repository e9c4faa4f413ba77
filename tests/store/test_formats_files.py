"""A path stands for the files behind it: their content comes back, whatever has become of them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from values import mapped

from asset_magic.run.versions import file_version
from asset_magic.store.formats import ValueUnreadable, decode, encode, files, runs_code
from asset_magic.store.formats.layout import pack


@pytest.fixture
def unpacked(tmp_path):
    return tmp_path / "store" / "unpacked"


def stored(path):
    encoded = encode(path, lambda other: False)
    assert encoded.format == "file"
    assert not runs_code(encoded.format)
    return mapped(b"".join(encoded.parts))


@pytest.fixture
def report(folder):
    path = Path("out") / "report.csv"
    path.parent.mkdir()
    path.write_text("a,b\n1,2\n")
    return path


@pytest.fixture
def tables(folder):
    path = Path("tables")
    (path / "deep" / "er").mkdir(parents=True)
    (path / "a.txt").write_text("a")
    (path / "deep" / "er" / "b.bin").write_bytes(b"")
    return path


def test_while_the_file_is_the_same_the_path_is_the_same(report, unpacked):
    data = stored(report)
    os.utime(report, (1, 1))
    assert decode("file", data, unpacked) == report
    assert not unpacked.exists()


@pytest.mark.parametrize("change", [lambda path: path.write_text("a,b\n1,3\n"), lambda path: path.unlink()])
def test_a_file_that_has_changed_is_unpacked_under_its_name(report, unpacked, change):
    data, version = stored(report), file_version(report)
    change(report)
    read = decode("file", data, unpacked)
    assert read.is_relative_to(unpacked)
    assert read.name == "report.csv"
    assert read.read_text() == "a,b\n1,2\n"
    assert file_version(read) == version
    assert decode("file", data, unpacked) == read


def test_a_copy_that_was_changed_is_unpacked_anew(report, unpacked):
    data = stored(report)
    report.unlink()
    read = decode("file", data, unpacked)
    read.chmod(0o644)
    read.write_text("spoilt")
    assert decode("file", data, unpacked).read_text() == "a,b\n1,2\n"
    assert len(list(unpacked.iterdir())) == 1


def test_a_folder_comes_back_with_all_its_files(tables, unpacked):
    data, version = stored(tables), file_version(tables)
    assert decode("file", data, unpacked) == tables
    (tables / "more").write_text("")
    read = decode("file", data, unpacked)
    assert sorted(path.relative_to(read).as_posix() for path in read.rglob("*.*")) == ["a.txt", "deep/er/b.bin"]
    assert file_version(read) == version


def test_an_empty_folder_comes_back(folder, unpacked):
    Path("empty").mkdir()
    data = stored(Path("empty"))
    Path("empty").rmdir()
    assert decode("file", data, unpacked).is_dir()


def test_where_there_is_no_file_the_path_is_all_there_is(folder, unpacked):
    encoded = encode(Path("nowhere"), lambda other: True)
    assert decode(encoded.format, mapped(b"".join(encoded.parts)), unpacked) == Path("nowhere")


def test_of_a_pipe_only_the_path_is_kept(folder, unpacked):
    os.mkfifo("pipe")
    encoded = encode(Path("pipe"), lambda other: True)
    assert decode(encoded.format, mapped(b"".join(encoded.parts)), unpacked) == Path("pipe")


def test_a_file_that_is_now_a_pipe_is_not_waited_for(report, unpacked):
    data = stored(report)
    report.unlink()
    os.mkfifo(report)
    assert decode("file", data, unpacked).read_text() == "a,b\n1,2\n"


def test_a_file_too_large_to_keep_is_known_by_its_content(report, unpacked, monkeypatch):
    monkeypatch.setattr(files, "_LARGEST", 3)
    data = stored(report)
    assert len(data) < 300
    assert decode("file", data, unpacked) == report
    report.write_text("a,b\n1,3\n")
    with pytest.raises(ValueUnreadable, match=r"report.csv has changed, and was too large to be kept"):
        decode("file", data, unpacked)


def test_paths_within_a_value_are_paths_alone(report):
    encoded = encode([report], lambda other: True)
    assert decode(encoded.format, mapped(b"".join(encoded.parts)), Path()) == [report]
    assert b"1,2" not in b"".join(encoded.parts)


def tampered(data, change):
    """What was stored, with another head."""
    from asset_magic.store.formats.layout import unpack

    head, *contents = unpack(data)
    facts = json.loads(bytes(head))
    change(facts)
    return mapped(b"".join(pack([[memoryview(part)] for part in (json.dumps(facts).encode(), *contents)])))


@pytest.mark.parametrize(
    "name", ["../../escaped", "/tmp/escaped", "..", "a/../../../escaped", "", "a\0b", "C:\\x", "a\\b"]
)
def test_no_file_of_a_folder_is_written_outside_of_it(tables, unpacked, tmp_path, name):
    def change(facts):
        digests = list(facts["files"].values())
        facts["files"] = dict(zip([name, "other"], digests, strict=True))

    before = set(tmp_path.rglob("*"))
    with pytest.raises(ValueUnreadable):
        decode("file", tampered(stored(tables), change), unpacked)
    assert set(tmp_path.rglob("*")) - before <= {unpacked, unpacked.parent}


@pytest.mark.parametrize("path", ["..", "/", "a/..", "x" * 300, "a:b", "a\\..\\b"])
def test_an_odd_path_is_unpacked_under_a_plain_name(report, unpacked, path):
    read = decode("file", tampered(stored(report), lambda facts: facts.update(path=path)), unpacked)
    assert read.name == "file"
    assert read.parent.parent == unpacked


def test_nothing_is_written_through_a_link(report, unpacked, tmp_path):
    data = stored(report)
    report.unlink()
    unpacked.parent.mkdir()
    (tmp_path / "elsewhere").mkdir()
    unpacked.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ValueUnreadable, match="is a link"):
        decode("file", data, unpacked)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_copy_that_is_a_link_is_put_in_its_place(report, unpacked, tmp_path):
    data = stored(report)
    report.unlink()
    place = decode("file", data, unpacked).parent
    (tmp_path / "elsewhere").mkdir()
    place.rename(tmp_path / "elsewhere" / "copy")
    place.symlink_to(tmp_path / "elsewhere" / "copy")
    read = decode("file", data, unpacked)
    assert not read.parent.is_symlink()
    assert read.read_text() == "a,b\n1,2\n"
