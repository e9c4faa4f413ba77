"""What the tests of Dagster's API share.

Each test here is a program that a Dagster user could write: with `asset_magic` replaced by `dagster` in its imports it
passes against Dagster 1.13, too. Only the types and words of the errors differ, and they are met through fixtures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asset_magic import AssetMagicError, DefinitionError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def refused() -> Callable[..., Any]:
    """``with refused("owner"):`` the definition is refused, and the message has this in it."""
    return lambda match=None: pytest.raises(DefinitionError, match=match)


@pytest.fixture
def uncallable() -> Callable[[str], Any]:
    """``with uncallable("orders"):`` a direct call does not fit the function, as Python itself would say."""
    return lambda match: pytest.raises(TypeError, match=match)


@pytest.fixture
def unavailable() -> Callable[..., Any]:
    """``with unavailable():`` what is asked for is not there."""
    return lambda match=None: pytest.raises((AssetMagicError, ValueError), match=match)
