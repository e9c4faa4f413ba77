"""How values become bytes, and bytes values. Where the bytes are kept is for others to decide.

Each format has a name, by which it is found again, and is tried for the types that it is made for, the quickest and
safest first. What can run code when it is read (pickles) says so, for its bytes have to be signed.
"""

from __future__ import annotations

from asset_magic.model.errors import Unstorable, ValueUnreadable
from asset_magic.store.formats.register import register_format
from asset_magic.store.formats.registry import Encoded, decode, encode, runs_code

__all__ = ["Encoded", "Unstorable", "ValueUnreadable", "decode", "encode", "register_format", "runs_code"]
