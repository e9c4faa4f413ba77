"""Which function writes the content of which type.

Types are known by name, ``library.QualifiedName``, looked for along the bases of the type at hand; the module with
the handler, and with it the library, is imported when the first such value is met.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeAlias

from asset_magic.fingerprint.errors import Unfingerprintable, type_name

Handler: TypeAlias = Callable[[Any, Any, Any], None]
"""Takes the hasher, the stream to write into, and the value."""

_HANDLERS = {
    "builtins.list": "builtin:feed_sequence",
    "builtins.tuple": "builtin:feed_sequence",
    "builtins.dict": "builtin:feed_dict",
    "builtins.bytearray": "builtin:feed_buffer",
    "builtins.memoryview": "builtin:feed_memoryview",
    "array.array": "builtin:feed_array",
    "builtins.slice": "builtin:feed_slice",
    "builtins.range": "builtin:feed_range",
    "builtins.mappingproxy": "builtin:feed_mapping",
    "builtins.dict_keys": "builtin:feed_view",
    "builtins.dict_values": "builtin:feed_view",
    "builtins.dict_items": "builtin:feed_view",
    "fractions.Fraction": "builtin:feed_fraction",
    "re.Pattern": "builtin:feed_pattern",
    "zoneinfo.ZoneInfo": "builtin:feed_text",
    "_io.BytesIO": "builtin:feed_memory_file",
    "_io.StringIO": "builtin:feed_memory_file",
    "builtins.function": "code:feed_code",
    "builtins.code": "code:feed_bytecode",
    "builtins.method": "code:feed_method",
    "builtins.builtin_function_or_method": "code:feed_builtin",
    "builtins.cell": "code:feed_cell",
    "builtins.member_descriptor": "code:feed_slot",
    "builtins.getset_descriptor": "code:feed_slot",
    "functools.partial": "code:feed_partial",
    "functools._lru_cache_wrapper": "code:feed_lru_cache",
    "functools.cached_property": "code:feed_cached_property",
    "random.Random": "builtin:feed_random",
    "numpy.ndarray": "numpy_:feed_ndarray",
    "numpy.memmap": "numpy_:feed_ndarray",
    "numpy.generic": "numpy_:feed_scalar",
    "numpy.ufunc": "numpy_:feed_ufunc",
    "numpy.ma.MaskedArray": "numpy_:feed_masked",
    "numpy.random.Generator": "numpy_:feed_generator",
    "numpy.random.BitGenerator": "numpy_:feed_bit_generator",
    "numpy.random.RandomState": "numpy_:feed_random_state",
    "pandas.DataFrame": "pandas_:feed_frame",
    "pandas.Series": "pandas_:feed_series",
    "pandas.Index": "pandas_:feed_index",
    "pandas.ExtensionArray": "pandas_:feed_extension_array",
    "pyarrow.Table": "arrow_:feed_table",
    "pyarrow.RecordBatch": "arrow_:feed_table",
    "pyarrow.ChunkedArray": "arrow_:feed_chunked",
    "pyarrow.Array": "arrow_:feed_array",
    "polars.DataFrame": "polars_:feed_frame",
    "polars.Series": "polars_:feed_series",
    "torch.Tensor": "torch_:feed_tensor",
    "patsy.DesignInfo": "statistics_:feed_design",
    "sklearn.BinaryTree32": "statistics_:feed_tree",
    "sklearn.BinaryTree64": "statistics_:feed_tree",
    "matplotlib.Figure": "matplotlib_:feed_figure",
    "matplotlib.Artist": "matplotlib_:feed_artist",
}

_FAMILIES = {
    # Unlike those above, these handlers write what subclasses add, too.
    "builtins.set": "builtin:feed_set",
    "builtins.frozenset": "builtin:feed_set",
    "builtins.type": "code:feed_code",
    "builtins.module": "code:feed_code",
    "builtins.property": "code:feed_property",
    "builtins.classmethod": "code:feed_wrapper",
    "builtins.staticmethod": "code:feed_wrapper",
    "enum.Enum": "builtin:feed_enum",
    "pathlib.PurePath": "builtin:feed_path",
}

_ONCE = "can be read only once"
_NO_CONTENT = "has no stable content"
_REFUSALS = {
    "builtins.generator": f"a generator {_ONCE}",
    "builtins.coroutine": "a coroutine can be awaited only once",
    "builtins.async_generator": f"an async generator {_ONCE}",
    "builtins.frame": f"a stack frame {_NO_CONTENT}",
    "builtins.traceback": f"a traceback {_NO_CONTENT}",
    "weakref.ReferenceType": "a weak reference has no content of its own",
    "_io._IOBase": f"an open file {_NO_CONTENT}",
    "_thread.lock": f"a lock {_NO_CONTENT}",
    "_thread.RLock": f"a lock {_NO_CONTENT}",
    "threading.Thread": f"a thread {_NO_CONTENT}",
    "socket.socket": f"a socket {_NO_CONTENT}",
    "sqlite3.Connection": f"a database connection {_NO_CONTENT}",
    "sqlite3.Cursor": f"a database cursor {_NO_CONTENT}",
    "duckdb.DuckDBPyConnection": f"a database connection {_NO_CONTENT}",
    "duckdb.DuckDBPyRelation": "a relation is a query and not its result: fetch it first",
    "polars.LazyFrame": "a LazyFrame is a plan and not its result: collect it first",
    "asyncio._LoopBoundMixin": f"an object of an event loop {_NO_CONTENT}",
    "asyncio.Future": f"a future {_NO_CONTENT}",
    "concurrent.Future": f"a future {_NO_CONTENT}",
}


_of_python: dict[type, Handler] = {}  # the types of Python itself, which stay; those of users may come and go


def find_handler(kind: type) -> Handler:
    """The function that writes the content of values of exactly this type, after the type's name."""
    known = _of_python.get(kind)
    if known is None:
        known = _find_handler(kind)
        if kind.__module__ == "builtins":
            _of_python[kind] = known
    return known


def _find_handler(kind: type) -> Handler:
    for base in kind.__mro__:
        name = library_name(base)
        if name in _REFUSALS:
            return _refuse(_REFUSALS[name])
        if name in _FAMILIES:
            return _named(kind, _load(_FAMILIES[name]))
        if name in _HANDLERS and (base is kind or base.__module__ != "builtins"):
            return _named(kind, _load(_HANDLERS[name]))
    if kind.__module__ in ("builtins", "itertools") and hasattr(kind, "__next__"):
        return _refuse(f"an iterator {_ONCE}")
    return _named(kind, _load("objects:feed_object"))


def is_of_a_library(kind: type) -> bool:
    """Whether objects of this type are known only by how they pickle, and are nobody's own: neither the reader's nor
    Python's.
    """
    library = str(kind.__module__).partition(".")[0]
    if library == "__main__" or library in sys.stdlib_module_names:
        return False
    names = [library_name(base) for base in kind.__mro__]
    return not any(name in _HANDLERS or name in _FAMILIES for name in names)


def library_name(kind: type) -> str:
    """How the tables here name a type: by its library, since modules inside libraries move.

    >>> library_name(type(iter([])))
    'builtins.list_iterator'
    """
    library, _, inner = str(kind.__module__).partition(".")
    part = inner.partition(".")[0]
    if library == "numpy" and part in ("random", "ma"):
        library = f"numpy.{part}"
    elif library in ("_duckdb", "_asyncio"):
        library = library[1:]
    return f"{library}.{kind.__qualname__}"


def _load(place: str) -> Handler:
    module, _, function = place.partition(":")
    handler: Handler = getattr(import_module(f"asset_magic.fingerprint.{module}"), function)
    return handler


def _named(kind: type, handler: Handler) -> Handler:
    """The handler, after the type: its name where that says all, its code for the types of users and libraries."""
    name = library_name(kind).encode()
    standard = str(kind.__module__).partition(".")[0] in sys.stdlib_module_names
    if kind.__module__ != "__main__" and (standard or name.decode() in _HANDLERS):

        def feed(hasher: Any, stream: Any, value: Any) -> None:
            stream.update(name + b"\0")
            handler(hasher, stream, value)
    else:

        def feed(hasher: Any, stream: Any, value: Any) -> None:
            stream.update(b"\1" + hasher.digest(kind))
            handler(hasher, stream, value)

    return feed


def _refuse(reason: str) -> Handler:
    def refuse(hasher: Any, stream: Any, value: Any) -> None:
        raise Unfingerprintable(reason)

    return refuse


def refusal(kind: type) -> Unfingerprintable:
    """The error for a type that nothing more is known of."""
    return Unfingerprintable(f"a {type_name(kind)} {_NO_CONTENT}")
