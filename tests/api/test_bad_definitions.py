"""Definitions that cannot be are short errors of ours."""

from __future__ import annotations

import pytest
from sample_assets import numbers

from asset_magic import (
    AssetMagicError,
    asset,
    materialize,
    multi_asset,
)


def test_cycle():
    """A circle is an error that names its path."""

    @asset
    def one(two):
        return two

    @asset
    def two(one):
        return one

    with pytest.raises(AssetMagicError, match="cycle") as caught:
        materialize([one, two])
    assert "one -> two -> one" in str(caught.value) or "two -> one -> two" in str(caught.value)


BAD = {
    "variable arguments": ("def bad(*rows): pass", {}, ["rows"]),
    "variable keywords": ("def bad(**rows): pass", {}, ["rows"]),
    "own name": ("def bad(bad): pass", {}, ["bad"]),
    "own name in deps": ("def bad(): pass", {"deps": ["bad"]}, ["bad"]),
    "name that is no identifier": ("def bad(): pass", {"name": "my asset"}, ["my asset"]),
    "name that is a keyword": ("def bad(): pass", {"name": "class"}, ["class"]),
    "prefix that is no identifier": ("def bad(): pass", {"key_prefix": "2x"}, ["2x"]),
    "dependency that is no key": ("def bad(): pass", {"deps": [3]}, ["3"]),
    "deps that are a string": ("def bad(): pass", {"deps": "numbers"}, ["deps"]),
}


@pytest.mark.parametrize(("source", "options", "words"), BAD.values(), ids=BAD)
def test_bad_definition(source, options, words):
    """A definition that cannot be is a short error of ours in the user's words."""
    found = {}
    exec(source, found)
    with pytest.raises(AssetMagicError) as caught:
        materialize([asset(**options)(found["bad"])])
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert all(word in message for word in words), message


def test_bad_multi_asset():
    """A multi-asset needs outputs."""
    with pytest.raises(AssetMagicError, match="outs"):
        multi_asset()


def test_two_definitions_of_one_key():
    """Two definitions of one key in one list are an error that names it."""

    @asset(name="numbers")
    def other():
        return 0

    with pytest.raises(AssetMagicError, match="numbers"):
        materialize([numbers, other])


def test_plain_function_in_the_list():
    """What is no definition is an error that says how to make it one."""

    def plain():
        pass

    with pytest.raises(AssetMagicError, match="@asset"):
        materialize([plain])


def test_definition_instead_of_a_list():
    """One definition without the list is an error of ours, too."""
    with pytest.raises(AssetMagicError):
        materialize(numbers)
