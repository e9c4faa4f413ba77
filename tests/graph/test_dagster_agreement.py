"""What Dagster 1.13.29 answers, held here: `dagster_selections.json` has its answers for text and for objects.

The graphs and selections were made at random, and the keys are those that Dagster resolved. Where this project means
something else on purpose, the last test says both.
"""

import json
from pathlib import Path

import pytest

from asset_magic import AssetKey, AssetSelection, AssetSpec
from asset_magic.model.definitions import AssetsDefinition

ANSWERS = json.loads(Path(__file__).with_name("dagster_selections.json").read_text("utf8"))


def definitions(graph):
    return [
        AssetsDefinition(
            tuple(
                AssetSpec(AssetKey(key), deps=[AssetKey(dep) for dep in item["deps"]], **item["said"].get(key, {}))
                for key in item["keys"]
            ),
            None,
            external=item["external"],
            can_subset=item.get("can_subset", False),
        )
        for item in graph
    ]


def built(program):
    """The object that a nested list of method names and arguments stands for."""
    name, *rest = program
    if name in ("assets", "groups", "key_prefixes"):
        (given, *sources) = rest
        return getattr(AssetSelection, name)(*given, **({"include_sources": sources[0]} if sources else {}))
    if name == "tag":
        return AssetSelection.tag(rest[0], rest[1], include_sources=rest[2])
    if name in ("all", "kind", "owner", "tag_string", "key_substring"):
        return getattr(AssetSelection, name)(*rest)
    first = built(rest[0])
    match name:
        case "|":
            return first | built(rest[1])
        case "&":
            return first & built(rest[1])
        case "-":
            return first - built(rest[1])
    return getattr(first, name)(*rest[1:])


@pytest.mark.parametrize(("text", "keys"), ANSWERS["texts"]["cases"])
def test_text_means_what_it_means_in_dagster(text, keys):
    assert sorted(AssetSelection.from_string(text).resolve(definitions(ANSWERS["texts"]["graph"]))) == keys


@pytest.mark.parametrize(
    ("graph", "program", "keys"),
    [(item["graph"], program, keys) for item in ANSWERS["objects"] for program, keys in item["cases"]],
)
def test_objects_mean_what_they_mean_in_dagster(graph, program, keys):
    selection = built(program)

    assert sorted(selection.resolve(definitions(graph))) == keys
    assert AssetSelection.from_string(str(selection)) == selection


@pytest.mark.parametrize(
    ("text", "there", "here"),
    [
        ("tag:t", "", "a ext m2 p/x"),  # any value, not only the empty one
        ("2+key:b", "a b", "a b ext"),  # what is upstream counts external assets in
        ('kind:"*"', "", "c"),  # patterns in every attribute
        ("owner:<null>", "", "a c ext m1 m2 p/x p/y"),  # those without an owner
    ],
)
def test_where_text_means_something_else_on_purpose(text, there, here):
    found = AssetSelection.from_string(text).resolve(definitions(ANSWERS["texts"]["graph"]))

    assert " ".join(sorted(found)) == here != there
