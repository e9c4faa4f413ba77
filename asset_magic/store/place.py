"""Where a store stands: which folder, on what kind of disk, and how it is made."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from asset_magic.store.errors import StoreError

MEMORY = "memory"
FOLDER = ".asset_magic"
_BUSY, _LOCKED, _FULL = 5, 6, 13  # what SQLite calls them
_IGNORE = "# Made by asset_magic: values and what they were made from. Not for version control.\n*\n"

# File systems that other machines may write to, or that lend a folder of another system: processes do not share memory
# over them, which SQLite's write-ahead log needs. Of those in user space (fuse.*) some are local.
_NETWORK = """
    9p acfs afpfs afs auristorfs beegfs ceph cifs coda davfs drvfs dvs fakeowner gfs gfs2 glusterfs gpfs ibrix kafs
    lustre mfs mmfs moosefs ncpfs nfs nfs3 nfs4 ocfs2 orangefs osxfs panfs pfs prl_fs pvfs pvfs2 smb smb2 smb3 smbfs
    snfs vboxsf virtiofs vmhgfs webdav wekafs
"""
_LOCAL_FUSE = """
    bindfs cryfs encfs exfat ext2 ext3 ext4 fuse-overlayfs gocryptfs mergerfs ntfs ntfs-3g overlayfs securefs unionfs
"""


def store_folder(setting: str, environ: Mapping[str, str], cwd: Path) -> Path | None:
    """The folder of the store, or None for a store in memory.

    Args:
        setting: what ``%config AssetMagic.store`` says: a folder, ``"memory"``, or "" for nothing.
        environ: the environment variables. ``ASSET_MAGIC_HOME`` may say the same. Else, under pytest, it is memory.
        cwd: the working folder; by default the store is ``.asset_magic`` there.

    Raises:
        StoreError: there can be no such folder.

    Example:
        >>> print(store_folder("", {"PYTEST_VERSION": "9"}, Path("/home/ada")))
        None
        >>> store_folder("results", {}, Path("/home/ada")).as_posix()
        '/home/ada/results'
    """
    said = setting.strip() or environ.get("ASSET_MAGIC_HOME", "").strip()
    if said == MEMORY:
        return None
    if not said:
        if "PYTEST_VERSION" in environ or "PYTEST_CURRENT_TEST" in environ:
            return None
        return cwd / FOLDER
    try:
        if "\0" in said:
            raise ValueError("a name cannot hold a NUL character")
        return Path(os.path.abspath(cwd / Path(said).expanduser()))
    except (ValueError, RuntimeError) as error:
        raise StoreError(f"{said!r} cannot be the folder of the store: {error}") from None


def make_folder(folder: Path) -> None:
    """Make the folder of a store, with a ``.gitignore`` of its own. A folder that holds other things gets none.

    Raises:
        StoreError: it cannot be made, or nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not any(folder.iterdir()):
            with open(folder / ".gitignore", "x", encoding="utf-8") as file:
                file.write(_IGNORE)
    except FileExistsError:
        if folder.is_dir():  # another process was quicker
            return
        raise _no_folder(folder) from None
    except NotADirectoryError:
        raise _no_folder(folder) from None
    except (OSError, ValueError) as error:
        raise StoreError(f"there can be no store at {folder}: {reason(error)}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StoreError(f"nothing can be written to the store at {folder}")


def on_network(folder: Path, mounts: str | None = None) -> bool:
    """Whether a folder is kept by another machine, or lent by another system, as far as can be known.

    Args:
        folder: it need not be there.
        mounts: the table of mounted file systems, as in ``/proc/mounts``; that of this machine by default.

    Example:
        >>> on_network(Path("/home/ada/work"), "server:/home /home nfs4 rw 0 0")
        True
    """
    place = os.path.realpath(folder)
    if mounts is None:
        if os.name == "nt":
            return _remote_drive(place)
        mounts = _mounts()
    longest, kind = "", ""
    for line in mounts.splitlines():
        point, this = _mount(line)
        if point and _within(place, point) and len(point) >= len(longest):  # of two at one place the later counts
            longest, kind = point, this
    fuse = kind.startswith(("fuse.", "macfuse", "osxfuse"))
    return kind in _NETWORK.split() or (fuse and kind.partition(".")[2] not in _LOCAL_FUSE.split())


def reason(error: Exception) -> str:
    """Why the system or SQLite refused something, in words and without numbers."""
    if getattr(error, "errno", 0) in (errno.ENOSPC, getattr(errno, "EDQUOT", 0)) or _code(error) == _FULL:
        return "the disk is full"
    if _code(error) in (_BUSY, _LOCKED):
        return "another process has not let go of the event log"
    text = getattr(error, "strerror", None) or str(error)
    return text if text[:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def _code(error: Exception) -> int:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def _no_folder(folder: Path) -> StoreError:
    there = next((part for part in (folder, *folder.parents) if os.path.lexists(part)), folder)
    return StoreError(f"{there} is no folder" + (f", so there can be no store at {folder}" if there != folder else ""))


def _mounts() -> str:
    try:
        return Path("/proc/self/mounts").read_text(errors="surrogateescape")
    except OSError:
        pass
    if sys.platform == "linux":
        return ""
    import subprocess

    try:  # macOS and the BSDs know it only through this program
        return subprocess.run(["mount"], capture_output=True, text=True, timeout=5, check=False).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def _mount(line: str) -> tuple[str, str]:
    """Where something is mounted and of which kind, by a line of /proc/mounts or of the program ``mount``."""
    if line.endswith(")") and " on " in line and " (" in line:
        place, _, options = line.partition(" on ")[2].rpartition(" (")
        return place, options.partition(",")[0].rstrip(")")
    words = line.split(" ")
    return (_unescaped(words[1]), words[2]) if len(words) >= 3 else ("", "")


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def _within(place: str, point: str) -> bool:
    return point == "/" or place == point or place.startswith(point + "/")


def _remote_drive(place: str) -> bool:
    if place.startswith(("\\\\", "//")):
        return True
    import ctypes

    windll: Iterable[object] | None = getattr(ctypes, "windll", None)
    kind = getattr(getattr(windll, "kernel32", None), "GetDriveTypeW", None)
    return kind is not None and kind(os.path.splitdrive(place)[0] + "\\") == 4  # DRIVE_REMOTE
