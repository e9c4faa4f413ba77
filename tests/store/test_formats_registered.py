"""Formats that a reader registers for types of their own."""

from __future__ import annotations

import json

import pytest
from values import mapped

import asset_magic
from asset_magic import register_format
from asset_magic.model.errors import ArgumentError
from asset_magic.store.formats import ValueUnreadable, decode, encode, register, runs_code


@pytest.fixture(autouse=True)
def none_is_registered(monkeypatch):
    monkeypatch.setattr(register, "_by_type", {})
    monkeypatch.setattr(register, "_by_name", {})


class Mesh:
    def __init__(self, corners):
        self.corners = corners


class Fine(Mesh):
    pass


def write_mesh(mesh, file):
    file.write(json.dumps(mesh.corners).encode())


def read_mesh(file):
    return Mesh(json.load(file))


def same(value):
    return lambda other: type(other) is type(value) and other.corners == value.corners


def test_values_of_the_type_are_written_in_the_format(tmp_path):
    register_format(Mesh, name="mesh", write=write_mesh, read=read_mesh, runs_code=False)
    encoded = encode(Mesh([1, 2]), same(Mesh([1, 2])))
    assert (encoded.format, encoded.runs_code, b"".join(encoded.parts)) == ("mesh", False, b"[1, 2]")
    assert decode("mesh", mapped(b"[1, 2]"), tmp_path).corners == [1, 2]


def test_unless_it_is_said_otherwise_values_of_the_format_have_to_be_signed():
    register_format(Mesh, name="mesh", write=write_mesh, read=read_mesh)
    assert runs_code("mesh")
    assert encode(Mesh([1]), same(Mesh([1]))).runs_code


def test_a_value_that_would_come_back_changed_is_pickled_and_a_warning_says_so():
    register_format(Mesh, name="mesh", write=write_mesh, read=read_mesh)
    with pytest.warns(UserWarning, match="the format 'mesh' is not used for a value: it would come back changed"):
        assert encode(Fine([1]), same(Fine([1]))).format == "pickle"


def test_a_type_derived_from_it_is_written_in_the_format():
    register_format(Mesh, name="mesh", write=write_mesh, read=lambda file: Fine(json.load(file)))
    assert encode(Fine([1]), same(Fine([1]))).format == "mesh"


def test_where_the_format_fails_the_value_is_stored_all_the_same_and_a_warning_says_so():
    def fail(mesh, file):
        raise OSError("no room")

    register_format(Mesh, name="mesh", write=fail, read=read_mesh)
    with pytest.warns(UserWarning, match="the format 'mesh' is not used for a value: no room"):
        assert encode(Mesh([1]), same(Mesh([1]))).format == "pickle"


def test_an_error_of_its_reader_is_told(tmp_path):
    register_format(Mesh, name="mesh", write=write_mesh, read=read_mesh)
    with pytest.raises(ValueUnreadable, match="the stored value cannot be read: JSONDecodeError"):
        decode("mesh", mapped(b"spoilt"), tmp_path)


def test_a_format_registered_again_is_replaced(tmp_path):
    register_format(Mesh, name="mesh", write=write_mesh, read=read_mesh)
    register_format(Mesh, name="mesh", write=write_mesh, read=lambda file: Mesh("second"))
    assert decode("mesh", mapped(b"[1]"), tmp_path).corners == "second"


def test_it_goes_before_the_formats_that_there_are():
    register_format(dict, name="yaml", write=lambda value, file: file.write(b"a: 1"), read=lambda file: {"a": 1})
    assert encode({"a": 1}, lambda other: other == {"a": 1}).format == "yaml"


@pytest.mark.parametrize("name", ["pickle", "json", "tree", "", "../x", "a\nb", 1, "x" * 100])
def test_a_name_that_is_taken_or_none_is_refused(name):
    with pytest.raises(ArgumentError, match=r"there is a format|cannot name a format"):
        register_format(Mesh, name=name, write=write_mesh, read=read_mesh)


def test_what_is_no_type_is_refused():
    with pytest.raises(ArgumentError, match="takes a class first"):
        register_format("Mesh", name="mesh", write=write_mesh, read=read_mesh)


def test_it_is_a_name_of_the_package():
    assert "register_format" in asset_magic.__all__
