"""Values: their version (a content hash), their rough size, whether they can change, and private copies of them.

A fingerprint depends on content alone: not on the process, the hash seed, identity, memory layout or chunking.
One module a library; a library is touched only when one of its values is at hand. Code is read by a sibling
layer, so its version is asked of a function that the caller passes.
"""

from __future__ import annotations

from asset_magic.fingerprint.copies import private_copy
from asset_magic.fingerprint.errors import Uncopyable, Unfingerprintable
from asset_magic.fingerprint.immutable import is_immutable
from asset_magic.fingerprint.sizes import size_hint
from asset_magic.fingerprint.structural import Look, fingerprint, look_at

__all__ = [
    "Look",
    "Uncopyable",
    "Unfingerprintable",
    "fingerprint",
    "is_immutable",
    "look_at",
    "private_copy",
    "size_hint",
]
