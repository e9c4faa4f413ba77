"""`docs/dagster.md` is true: what it says is here is here, what it leaves out is not, and it passes over nothing."""

import ast
import dataclasses
import inspect
import json
import re
from pathlib import Path

import pytest

import asset_magic
from asset_magic import DefinitionError

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "dagster.md"
TEXT = PAGE.read_text(encoding="utf-8")
DAGSTER = json.loads((HERE / "dagster_1_13.json").read_text(encoding="utf-8"))["names"]
REASONS = ("store", "variables", "later", "ops", "types", "internal")

LINK = re.compile(r"\[(test_\w+)\]\[(\w+)\]")
NAME = re.compile(r"`([^`]+)`")


@dataclasses.dataclass(frozen=True)
class Row:
    """One row of a table: the names it is about, what it says of them, and the tests that hold it."""

    names: tuple[str, ...]
    said: str
    tests: tuple[tuple[str, str], ...]

    @property
    def left_out(self):
        return self.said.startswith("left out: ")


def read_rows(section):
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")] if line.startswith("| `") else []
        if cells:
            yield Row(tuple(NAME.findall(cells[0])), cells[1], tuple(LINK.findall(line)))


def read_sections():
    parts = re.split(r"^###? (?=\S)", TEXT, flags=re.MULTILINE)[1:]
    titled = (part.partition("\n") for part in parts)
    return {title.strip("`"): list(read_rows(body)) for title, _, body in titled}


SECTIONS = read_sections()
ABSENT = [name for row in SECTIONS["Names that are not here"] for name in row.names]
DESCRIBED = sorted(set(DAGSTER) - set(ABSENT))
FILES = dict(re.findall(r"^\[(\w+)\]: (\S+)$", TEXT, flags=re.MULTILINE))


def parameters_of(thing):
    if isinstance(thing, type):
        made_by_new = issubclass(thing, (str, tuple))
        thing = thing.__new__ if made_by_new else thing.__init__
    elif hasattr(thing, "__wrapped__"):
        thing = thing.__wrapped__
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    found = inspect.signature(thing).parameters.values()
    return {p.name for p in found if p.kind not in kinds and p.name not in ("self", "cls", "_cls")}


def members_of(thing):
    """Names that objects of a class have: what the class has, its fields, and what its ``__init__`` sets."""
    if not isinstance(thing, type):
        return set()
    found = {name for name in dir(thing) if not name.startswith("_")}
    for base in thing.__mro__[:-1]:
        found |= set(inspect.get_annotations(base))
        if "__init__" in vars(base) and inspect.isfunction(base.__init__) and not dataclasses.is_dataclass(base):
            found |= set(re.findall(r"\bself\.(\w+)(?: =|: )", inspect.getsource(base.__init__)))
    return found


def here(name):
    thing = getattr(asset_magic, name)
    return parameters_of(thing) | members_of(thing)


def dagster(name):
    return {*DAGSTER[name]["parameters"], *DAGSTER[name]["members"]}


def rows_of(name, *, left_out):
    return {one for row in SECTIONS[name] if row.left_out is left_out for one in row.names}


def test_every_public_name_of_dagster_is_met():
    assert sorted({*ABSENT, *DESCRIBED}) == sorted(DAGSTER)
    assert [name for name in DESCRIBED if name not in SECTIONS] == []


def test_names_that_are_not_here_are_not():
    assert [name for name in ABSENT if name in asset_magic.__all__] == []


def test_names_that_have_a_section_are_here():
    assert [name for name in DESCRIBED if name not in asset_magic.__all__] == []


@pytest.mark.parametrize("name", DESCRIBED)
def test_every_parameter_and_member_is_met_once(name):
    met = [one for row in SECTIONS[name] for one in row.names]
    assert sorted(dagster(name) - set(met)) == []
    assert sorted(one for one in set(met) if met.count(one) > 1) == []


@pytest.mark.parametrize("name", DESCRIBED)
def test_what_is_said_to_be_here_is_here(name):
    assert sorted(rows_of(name, left_out=False) - here(name)) == []


@pytest.mark.parametrize("name", DESCRIBED)
def test_what_is_left_out_is_not_here(name):
    assert sorted(rows_of(name, left_out=True) & here(name)) == []


@pytest.mark.parametrize("name", DESCRIBED)
def test_every_parameter_that_is_here_is_met(name):
    thing = getattr(asset_magic, name)
    made_by_users = bool(DAGSTER[name]["parameters"])
    assert sorted(parameters_of(thing) - rows_of(name, left_out=False)) == [] or not made_by_users


def test_a_row_names_its_tests_or_why_it_is_left_out():
    wanting = [row for name in DESCRIBED for row in SECTIONS[name] if bool(row.tests) is row.left_out]
    assert wanting == []


def test_reasons_are_those_of_the_list():
    reasons = {row.said.removeprefix("left out: ") for name in DESCRIBED for row in SECTIONS[name] if row.left_out}
    one_word = {reason for reason in reasons if " " not in reason}
    assert one_word == set(REASONS)
    assert all(f"- **{reason}**:" in TEXT for reason in REASONS)


def test_every_test_that_is_named_exists():
    named = set(LINK.findall(TEXT))
    assert len(named) > 150
    defined = {
        label: {
            node.name
            for node in ast.walk(ast.parse((PAGE.parent / file).read_text(encoding="utf-8")))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        }
        for label, file in FILES.items()
    }
    assert sorted(f"{label}: {test}" for test, label in named if test not in defined[label]) == []


def test_every_difference_is_met():
    differences = (HERE / "test_where_we_differ.py").read_text(encoding="utf-8")
    tests = set(re.findall(r"^def (test_\w+)", differences, flags=re.MULTILINE))
    assert sorted(tests - {test for test, label in LINK.findall(TEXT) if label == "differ"}) == []


def decorators():
    """Callables of the page whose left out parameters can be given by a user."""
    for name in DESCRIBED:
        thing = getattr(asset_magic, name)
        for parameter in sorted(rows_of(name, left_out=True) & set(DAGSTER[name]["parameters"])):
            if not isinstance(thing, type) and name != "build_asset_context":
                yield pytest.param(thing, parameter, id=f"{name}-{parameter}")


@pytest.mark.parametrize(("callable_", "parameter"), list(decorators()))
def test_a_parameter_that_is_left_out_is_an_error_with_the_reason(callable_, parameter):
    with pytest.raises(DefinitionError, match=rf"{parameter}=.*: \w+"):
        callable_(**{parameter: object()})
