"""The files of the store: each holds one value, and its name says what it must contain.

A file is written beside its place, made durable and only then renamed, so that under a name of `values/` there is a
whole value or nothing, whenever the process or the machine stops. Nothing that a database row says leads elsewhere.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import re
import stat
import time
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from xxhash import xxh3_128

from asset_magic.model.errors import ValueUnreadable
from asset_magic.store.place import on_network, reason

_locks: ModuleType | None
try:
    import fcntl as _locks
except ImportError:  # Windows, where a file that is open cannot be removed anyway
    _locks = None

Part = bytes | bytearray | memoryview

GONE = "the stored value is gone"
ALL_GONE = "all files of stored values are gone"
LARGE = 2**20  # bytes; from here on values are mapped into memory, not read
_CHUNK = 2**20  # bytes; small enough to be still in the processor's cache when it is written after it was hashed
_MOST_MAPS = 200  # each holds a file open, and a process may open some 1,000
_DIGEST = re.compile(r"[0-9a-f]{32}")
_UNFINISHED = ".part"
_ABANDONED = 3600.0  # seconds after which a file without working locks is nobody's any more
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class ValueFiles:
    """The content-addressed files of one store.

    Args:
        root: the folder of the store.

    Example:
        >>> import tempfile
        >>> files = ValueFiles(Path(tempfile.mkdtemp()))
        >>> prepared = files.prepare([b"some ", b"value"])
        >>> prepared.place()
        >>> bytes(files.read(prepared.digest, prepared.size))
        b'some value'
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.values = root / "values"
        self.unfinished = root / "tmp"
        self._maps: weakref.WeakSet[mmap.mmap] = weakref.WeakSet()

    def prepare(self, parts: Sequence[Part]) -> Prepared:
        """Write the bytes of a value beside its place, and make them durable.

        Nothing is written if the same bytes are stored already and are sound.

        Args:
            parts: the bytes, one after the other. They must not change until the value is placed.

        Raises:
            OSError: they cannot be written; nothing of them is left then.
        """
        views = [memoryview(part).cast("B") for part in parts]
        hasher = xxh3_128()
        for view in views:
            hasher.update(view)
        prepared = Prepared(self, hasher.hexdigest(), sum(view.nbytes for view in views), views)
        if not self.is_sound(prepared.digest, prepared.size):
            prepared.write()
        return prepared

    def read(self, digest: str, size: int) -> memoryview:
        """The bytes of a value, which the caller may change: the file stays as it is.

        Large values are mapped, so that only what is touched is ever copied.

        Args:
            digest: of the value, as in `Prepared`.
            size: of the value in bytes.

        Raises:
            ValueUnreadable: the file is gone, damaged, or no file of the store.
        """
        with self._opened(digest) as number:
            if os.fstat(number).st_size != size:
                raise ValueUnreadable("the stored value is damaged")
            data = self._mapped(number, size) if size >= LARGE and len(self._maps) < _MOST_MAPS else _read(number, size)
        if xxh3_128(data).hexdigest() != digest:
            raise ValueUnreadable("the stored value is damaged")
        return memoryview(data)

    def is_sound(self, digest: str, size: int) -> bool:
        """Whether a value is stored and is what its name says; all of it is read."""
        try:
            self.read(digest, size)
        except ValueUnreadable:
            return False
        return True

    def has(self, digest: str, size: int) -> bool:
        """Whether there is a file of a value, of the right size."""
        return self.missing(digest, size) == ""

    def missing(self, digest: str, size: int) -> str:
        """What keeps a value from being read, as far as that can be seen from outside of its file; "" if nothing."""
        try:
            found = os.lstat(self.path(digest))
        except FileNotFoundError:
            return GONE if self.values.exists() else ALL_GONE
        except ValueUnreadable as error:
            return str(error)
        except OSError as error:
            return f"the stored value cannot be read: {reason(error)}"
        return "" if stat.S_ISREG(found.st_mode) and found.st_size == size else "the stored value is damaged"

    def remove(self, digest: str) -> bool:
        """Remove the file of a value.

        Returns:
            Whether it is gone; not, if a program on Windows has it open.

        Raises:
            OSError: it may not be removed.
        """
        try:
            self.path(digest).unlink(missing_ok=True)
        except PermissionError:
            if os.name == "nt":
                return False
            raise
        return True

    def stored(self) -> Iterator[tuple[str, int]]:
        """The digest and size in bytes of each file, in no order. What is no file of the store is passed over."""
        for folder in _entries(self.values):
            if folder.is_dir(follow_symlinks=False):
                for entry in _entries(folder.path):
                    if _DIGEST.fullmatch(entry.name) and entry.name[:2] == folder.name and _is_file(entry):
                        yield entry.name, entry.stat(follow_symlinks=False).st_size

    def sweep(self, *, dry: bool = False) -> int:
        """Remove what writers left when they were killed; nothing that a living process still writes.

        Args:
            dry: only count it.

        Returns:
            The bytes that are freed.
        """
        if not _is_folder(self.unfinished):
            return 0
        locked = _locks is not None and not on_network(self.root)
        freed = 0
        for entry in _entries(self.unfinished):
            if entry.name.endswith(_UNFINISHED) and _is_file(entry):
                freed += _take(entry.path, locked, dry)
        return freed

    def path(self, digest: str) -> Path:
        """Where the value with this digest stands.

        Raises:
            ValueUnreadable: the digest is none, or a link leads out of the store.
        """
        if not _DIGEST.fullmatch(digest):
            raise ValueUnreadable("the stored value has a name that no value has")
        folder = self.values / digest[:2]
        for each in (self.values, folder):
            if os.path.lexists(each) and not _is_folder(each):
                raise ValueUnreadable(f"{each} is not a folder of the store")
        return folder / digest

    @contextlib.contextmanager
    def _opened(self, digest: str) -> Iterator[int]:
        path = self.path(digest)
        foreign = ValueUnreadable(f"{path} is not a file of the store")
        if path.is_symlink():
            raise foreign
        try:
            number = os.open(path, os.O_RDONLY | _NO_LINKS)
        except FileNotFoundError:
            raise ValueUnreadable(GONE) from None
        except OSError as error:
            raise ValueUnreadable(f"the stored value cannot be read: {reason(error)}") from error
        try:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise foreign
            yield number
        except OSError as error:
            raise ValueUnreadable(f"the stored value cannot be read: {reason(error)}") from error
        finally:
            os.close(number)

    def _mapped(self, number: int, size: int) -> mmap.mmap:
        data = mmap.mmap(number, size, access=mmap.ACCESS_COPY)
        self._maps.add(data)
        return data


@dataclass(slots=True)
class Prepared:
    """Bytes that are ready to become a stored value.

    Attributes:
        digest: of the bytes: 32 hexadecimal digits of their xxh3.
        size: in bytes.
    """

    _files: ValueFiles
    digest: str
    size: int
    _parts: Sequence[memoryview]
    _written: _Unfinished | None = None

    def write(self) -> None:
        """Write the bytes beside their place."""
        _make(self._files.unfinished)
        self._written = _Unfinished(self._files.unfinished)
        try:
            self._written.write(self._parts)
        except BaseException:
            self.drop()
            raise

    def place(self) -> None:
        """Put the bytes where `ValueFiles.read` finds them; a damaged file of that name is replaced.

        To be called within the transaction that records the value, so that nobody clears it away as unknown in between.

        Raises:
            OSError: they cannot be put there; nothing of them is left then.
        """
        try:
            path = self._files.path(self.digest)
        except ValueUnreadable as error:
            self.drop()
            raise NotADirectoryError(str(error)) from error
        try:
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            if self._written is None and not self._files.has(self.digest, self.size):
                self.write()  # it was there when it was looked for, and has been cleared away since
            _make(self._files.values)
            _make(path.parent)
            if self._written is not None:
                self._written.move(path)
                self._written = None
            _persist(path.parent)
        except PermissionError:  # on Windows, if somebody has just stored and opened the same value
            if not self._files.is_sound(self.digest, self.size):
                raise
        finally:
            self.drop()

    def drop(self) -> None:
        """Give up what was written and not placed."""
        if self._written is not None:
            self._written.remove()
            self._written = None


class _Unfinished:
    """A file that is being written, locked so that nobody takes it for abandoned."""

    def __init__(self, folder: Path) -> None:
        while True:
            self.path = folder / f"{os.getpid()}-{os.urandom(8).hex()}{_UNFINISHED}"
            self._number = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _NO_LINKS, 0o666)
            if self._is_ours():
                return
            os.close(self._number)

    def _is_ours(self) -> bool:
        """Whether nobody swept the new file away before it was locked."""
        if _locks is None:
            return True
        try:
            _locks.flock(self._number, _locks.LOCK_EX | _locks.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks, where only old files are swept away
            return True
        return os.fstat(self._number).st_nlink > 0

    def write(self, parts: Iterable[memoryview]) -> None:
        for part in parts:
            for start in range(0, part.nbytes, _CHUNK):
                rest = part[start : start + _CHUNK]
                while rest.nbytes:
                    rest = rest[os.write(self._number, rest) :]
        os.fsync(self._number)

    def move(self, path: Path) -> None:
        if os.name == "nt":  # nothing that is open can be renamed there
            self._close()
        os.replace(self.path, path)
        self._close()

    def remove(self) -> None:
        self._close()
        with contextlib.suppress(OSError):  # it is swept away later
            self.path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._number >= 0:
            os.close(self._number)
            self._number = -1


def _take(path: str, locked: bool, dry: bool) -> int:
    """Remove an unfinished file that nobody writes any more, and give its size in bytes; 0 if it has to stay."""
    try:
        number = os.open(path, os.O_RDWR | _NO_LINKS)
    except OSError:  # finished, or taken by somebody else
        return 0
    try:
        found = os.fstat(number)
        if locked and _locks is not None:
            _locks.flock(number, _locks.LOCK_EX | _locks.LOCK_NB)
        elif time.time() - found.st_mtime < _ABANDONED:
            return 0
        if not dry:
            if os.name == "nt":
                os.close(number)
                number = -1
            os.unlink(path)
    except OSError:  # somebody writes it
        return 0
    finally:
        if number >= 0:
            os.close(number)
    return found.st_size


def _read(number: int, size: int) -> bytearray:
    data = bytearray(size)
    view, done = memoryview(data), 0
    with open(number, "rb", buffering=0, closefd=False) as file:
        while done < size and (count := file.readinto(view[done:])):
            done += count
    return data


def _make(folder: Path) -> None:
    if not _is_folder(folder):
        folder.mkdir(exist_ok=True)
        if not _is_folder(folder):
            raise NotADirectoryError(f"{folder} is not a folder of the store")
        _persist(folder.parent)


def _persist(folder: Path) -> None:
    """Make the names in a folder durable, where the system can."""
    if os.name == "nt":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems cannot
            os.fsync(number)
    finally:
        os.close(number)


def _entries(folder: Path | str) -> Sequence[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return ()


def _is_file(entry: os.DirEntry[str]) -> bool:
    return entry.is_file(follow_symlinks=False)


def _is_folder(path: Path) -> bool:
    """Whether this is a folder itself, no link to one and no mounted one of Windows."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    link = getattr(found, "st_reparse_tag", 0) == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)
    return stat.S_ISDIR(found.st_mode) and not link
