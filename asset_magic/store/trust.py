"""Whether this user wrote what is about to be read: what can run code is signed, as Jupyter signs notebooks."""

from __future__ import annotations

import hmac
import os
import stat
import tempfile
from collections.abc import Collection, Iterable
from hashlib import sha256
from pathlib import Path

KEY_FILE = "asset_magic_secret"
ACCEPTED_FILE = "asset_magic_trusted"
_LENGTH = 64
_HEX = 2 * sha256().digest_size


class Signer:
    """Signs with a key of the user's, which is made when it is first needed.

    The key is a file in the user's Jupyter data folder that nobody else can read. Where it can be neither read nor
    made, a key of this process signs, so that other processes do not take what this one wrote.

    Args:
        folder: where the key is; by default the Jupyter data folder.

    Attributes:
        problem: why the key is only that of this process; "" if it is the user's.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     signer = Signer(Path(folder))
    ...     signature = signer.sign(b"some", b"thing")
    ...     signer.holds(signature, b"some", b"thing"), signer.holds(signature, b"something")
    (True, False)
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._key = b""
        self._problem = ""
        self._known: set[bytes] = set()
        self._accepted_size = 0

    @property
    def problem(self) -> str:
        """Why the key is only that of this process; "" if it is the user's."""
        self._get_key()
        return self._problem

    def sign(self, *parts: bytes | bytearray | memoryview) -> bytes:
        """The signature of parts, of which none can be shifted into another: each counts with its length."""
        mac = hmac.new(self._get_key(), digestmod=sha256)
        mac.update(len(parts).to_bytes(8, "little"))
        for part in parts:
            view = memoryview(part)
            mac.update(view.nbytes.to_bytes(8, "little"))
            mac.update(view)
        return mac.digest()

    def holds(self, signature: bytes, *parts: bytes | bytearray | memoryview) -> bool:
        """Whether ``signature`` is that of the parts, or the user has accepted them."""
        own = self.sign(*parts)
        return hmac.compare_digest(bytes(signature), own) or own in self._accepted()

    def accept(self, signatures: Iterable[bytes]) -> None:
        """Let `holds` be true of what somebody else has made, in all stores, from now on.

        Args:
            signatures: of the parts, as `sign` gives them.

        Raises:
            OSError: it cannot be written down.
        """
        if self.problem:
            raise OSError(self.problem)
        text = "".join(f"{signature.hex()}\n" for signature in signatures)
        path = self._place() / ACCEPTED_FILE
        with open(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:
            file.write(text.encode())  # in one piece, as other processes may do the same

    def _accepted(self) -> Collection[bytes]:
        """What the user has accepted; looked at again when it was written."""
        path = self._place() / ACCEPTED_FILE
        try:
            size = path.stat().st_size
            if size != self._accepted_size:
                self._known = {bytes.fromhex(line) for line in path.read_text().splitlines() if len(line) == _HEX}
                self._accepted_size = size
        except (OSError, ValueError):  # there is none, or somebody else has written into it
            return ()
        return self._known

    def _place(self) -> Path:
        return self._folder if self._folder is not None else _data_folder()

    def _get_key(self) -> bytes:
        if not self._key:
            try:
                self._key = _user_key(self._place())
            except OSError as error:
                self._key = os.urandom(_LENGTH)
                self._problem = (
                    f"the key that signs pickled values can be neither read nor made ({error}): "
                    "such values are stored for this kernel only"
                )
        return self._key


def _data_folder() -> Path:
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir())


def _user_key(folder: Path) -> bytes:
    """The key in ``folder``; the first process that asks for it makes it.

    Raises:
        OSError: it can be neither read nor made.
    """
    path = folder / KEY_FILE
    if not path.exists():
        _make(path)
    return _read(path)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise OSError(f"{path} is not a file")
        if os.name == "posix" and state.st_mode & 0o077:
            os.fchmod(file.fileno(), 0o600)
        key = file.read(4096)
    if len(key) < 32:
        raise OSError(f"{path} holds no key: delete it, and a new one is made")
    return key


def _make(path: Path) -> None:
    """Write a new key, all of it at once; one that another process has made meanwhile stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{KEY_FILE}-")  # with mode 600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(_LENGTH))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            if not path.exists():
                os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)
