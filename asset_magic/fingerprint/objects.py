"""The content of any other object: how it would be pickled, without what reading it fills in."""

from __future__ import annotations

import copyreg
from typing import TYPE_CHECKING, Any

from asset_magic.fingerprint.errors import Unfingerprintable
from asset_magic.fingerprint.lazy import working_state
from asset_magic.fingerprint.registry import refusal

if TYPE_CHECKING:
    from xxhash import xxh3_128

    from asset_magic.fingerprint.structural import Hasher

# Newer protocols put buffers out of band, which some libraries do for some values only.
_PROTOCOL = 4


def feed_object(hasher: Hasher, stream: xxh3_128, value: object) -> None:
    """An object: what its ``__reduce_ex__`` says it is made from."""
    reduced = _reduce(value)
    if isinstance(reduced, str):
        stream.update(f"global {getattr(value, '__module__', '')}.{reduced}".encode())
        return
    make, arguments, state, items, pairs = (*reduced, None, None, None)[:5]
    if make is getattr(copyreg, "__newobj__", None):
        arguments = arguments[1:]  # the class, which is known
    else:
        hasher.feed(stream, make)
    hasher.feed_items(stream, arguments)
    feed_state(hasher, stream, value, state)
    for name, part in (("items", items), ("pairs", pairs)):
        if part is not None:
            stream.update(name.encode())
            hasher.feed_items(stream, [*part])


def feed_state(hasher: Hasher, stream: xxh3_128, value: object, state: Any) -> None:
    """What ``__getstate__`` gave: attributes, attributes and slots, or whatever the class makes of itself."""
    attributes, slots = state if type(state) is tuple and len(state) == 2 else (state, None)
    if _are_attributes(attributes) and _are_attributes(slots):
        stream.update(b"attributes")
        merged = {**(attributes or {}), **(slots or {})}
        hasher.feed_attributes(stream, lasting(hasher, value, merged))
    else:
        stream.update(b"state")
        hasher.feed(stream, state)


def own_attributes(hasher: Hasher, value: object) -> dict[str, Any]:
    """What is set on an object: in its ``__dict__`` and its slots, but for what reading it filled in."""
    attributes = dict(getattr(value, "__dict__", {}))
    for name in copyreg._slotnames(type(value)):  # type: ignore[attr-defined]
        if hasattr(value, name):
            attributes[name] = getattr(value, name)
    return lasting(hasher, value, attributes)


def lasting(hasher: Hasher, value: object, attributes: dict[str, Any]) -> dict[str, Any]:
    """``attributes`` but for those that reading fills in, of which the hasher is told."""
    filled = hasher.lazy_names(type(value)) & attributes.keys() | working_state(type(value), attributes)
    if not filled:
        return attributes
    for name in filled:
        hasher.note_filled(value, name, attributes[name])
    return {name: part for name, part in attributes.items() if name not in filled}


def _are_attributes(state: object) -> bool:
    return state is None or (type(state) is dict and set(map(type, state)) <= {str})


def _reduce(value: object) -> Any:
    kind = type(value)
    reducer = copyreg.dispatch_table.get(kind)
    try:
        return reducer(value) if reducer is not None else value.__reduce_ex__(_PROTOCOL)
    except (RecursionError, Unfingerprintable):
        raise
    except Exception as error:
        # A class that cannot be pickled says so in words meant for those who pickle.
        raise refusal(kind) from error
