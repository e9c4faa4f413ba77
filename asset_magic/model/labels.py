"""What people say of assets: groups, tags, kinds and owners, checked where they are said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from asset_magic.model.errors import DefinitionError
from asset_magic.model.metadata import EMPTY

DEFAULT_GROUP = "default"

_GROUP = re.compile(r"\w+(/\w+)*")
_TAG = re.compile(r"[\w.-]{1,63}(/[\w.-]{1,63})?")
_KIND = re.compile(r"[\w.-]{1,63}")
_TAG_VALUE = re.compile(r"[\w.-]{0,63}")
_OWNER = re.compile(r"team:\S+|[^@\s]+@[^@\s]+\.[^@\s]+")


def group_of(name: str | None) -> str:
    """The name of a group; None is the default group.

    Raises:
        DefinitionError: it is not made of letters, digits and _, in parts joined by /.
    """
    if name is None:
        return DEFAULT_GROUP
    if not isinstance(name, str) or not _GROUP.fullmatch(name):
        raise DefinitionError(f"{name!r} cannot name a group: use letters, digits and _, and / between parts")
    return name


def tags_of(tags: Mapping[str, str] | None) -> Mapping[str, str]:
    """Labels of a name and a value.

    Raises:
        DefinitionError: they are no mapping from text to text, or have characters that selections cannot name.
    """
    if not tags:
        return EMPTY
    if not isinstance(tags, Mapping):
        raise DefinitionError(f"tags takes a dictionary, as in {{'tier': 'gold'}}, not {tags!r}")
    for name, value in tags.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise DefinitionError(f"tags are texts: {name!r}: {value!r} is not")
        if not _TAG.fullmatch(name) or not _TAG_VALUE.fullmatch(value):
            raise DefinitionError(
                f"{name}={value} cannot be a tag: use up to 63 letters, digits, _, - and . for the name and the value"
            )
    return dict(tags)


def kinds_of(kinds: Iterable[str] | None) -> frozenset[str]:
    """What assets are made with.

    Raises:
        DefinitionError: they are no list or set of texts, or one has characters that selections cannot name.
    """
    found = frozenset(_texts("kinds", kinds, "{'pandas'}")) if kinds else frozenset()
    for kind in found:
        if not _KIND.fullmatch(kind):
            raise DefinitionError(f"{kind!r} cannot be a kind: use letters, digits, _, - and .")
    return found


def owners_of(owners: Sequence[str] | None) -> tuple[str, ...]:
    """Who answers for an asset.

    Raises:
        DefinitionError: one is neither an address nor a team.
    """
    found = _texts("owners", owners, "['team:data']") if owners else ()
    for owner in found:
        if not _OWNER.fullmatch(owner):
            raise DefinitionError(f"{owner!r} cannot own an asset: give an e-mail address, or a team as in team:data")
    return found


def _texts(what: str, given: Iterable[str], example: str) -> tuple[str, ...]:
    if isinstance(given, str) or not all(isinstance(item, str) and item for item in given):
        raise DefinitionError(f"{what} takes texts, as in {what}={example}, not {given!r}")
    return tuple(given)


def text_of(what: str, given: Any) -> str:
    """A text that may be left out.

    Raises:
        DefinitionError: it is something else.
    """
    if given is None:
        return ""
    if not isinstance(given, str):
        raise DefinitionError(f"{what} takes a text, not {given!r}")
    return given
