"""The files behind a path: their content is kept, since a path alone says nothing once the file has changed."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from xxhash import xxh3_128, xxh3_128_hexdigest

from asset_magic.model.errors import ValueUnreadable
from asset_magic.store.formats.base import Format, Unfit, Written

_LARGEST = 256 * 2**20  # bytes; of more than that, only what would show a change is kept
_MOST = 10_000  # files in a folder
_CHUNK = 1 << 20


def write_path(value: Path) -> Written:
    """A path with the content of the file, or of all files in the folder.

    Raises:
        Unfit: there is nothing at the path, or nothing that has a content, so that the path is all there is.
    """
    if value.is_file():
        names, files = [""], [value]
    elif value.is_dir():
        found = list(_files_in(value))
        names, files = [file.relative_to(value).as_posix() for file in found], found
    else:
        raise Unfit
    kept = sum(file.stat().st_size for file in files) <= _LARGEST and len(files) <= _MOST
    contents = [file.read_bytes() for file in files] if kept else []
    digests = [xxh3_128_hexdigest(content) for content in contents] or [_digest_of(file) for file in files]
    head = {"path": str(value), "folder": value.is_dir(), "files": dict(zip(names, digests, strict=True))}
    return Written([json.dumps(head).encode(), *contents], certain=True)


def read_path(parts: Sequence[memoryview], folder: Path) -> Path:
    """The path, if what is there is still the same, or that of a copy which is unpacked in ``folder``."""
    head = json.loads(bytes(parts[0]))
    path, files, contents = Path(head["path"]), dict(head["files"]), parts[1:]
    sizes = dict(zip(files, map(len, contents), strict=True)) if contents else {}
    if _is_at(path, files, sizes, is_folder=head["folder"]):
        return path
    if not contents and files:
        raise ValueUnreadable(f"{path} has changed, and was too large to be kept")
    if [xxh3_128_hexdigest(content) for content in contents] != list(files.values()):
        raise ValueUnreadable(f"the copy of {path} is damaged")
    return _unpacked(folder, path.name, dict(zip(files, contents, strict=True)), files, head["folder"])


def _files_in(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.is_file())


def _is_at(path: Path, files: dict[str, str], sizes: dict[str, int], *, is_folder: bool) -> bool:
    """Whether just these files are at ``path``: by their sizes, where known, and the digests of their contents."""
    try:
        if is_folder and not path.is_dir():
            return False
        there = {file.relative_to(path).as_posix(): file for file in _files_in(path)} if is_folder else {"": path}
        if there.keys() != files.keys() or any(there[name].stat().st_size != size for name, size in sizes.items()):
            return False
        return all(_digest_of(there[name]) == digest for name, digest in files.items())
    except (OSError, ValueError):
        return False


def _digest_of(path: Path) -> str:
    """The digest of a file's content.

    Raises:
        OSError: there is no file; what is never read to its end, such as a pipe, is none.
    """
    hasher = xxh3_128()
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(f"{path} is not a file")
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            hasher.update(chunk)
    return hasher.hexdigest()


def _unpacked(folder: Path, name: str, contents: dict[str, memoryview], files: dict[str, str], is_folder: bool) -> Path:
    """The path of a copy: in a place of its own by its content, under its own name, since that may say what it is."""
    folder, name = folder.absolute(), name if _is_plain(name) else "file"
    place = folder / xxh3_128_hexdigest(json.dumps([name, is_folder, files], sort_keys=True).encode())
    sizes = {inner: len(content) for inner, content in contents.items()}
    if not place.is_symlink() and _is_at(place / name, files, sizes, is_folder=is_folder):
        return place / name
    if folder.is_symlink():
        raise ValueUnreadable(f"{folder} is a link, and nothing is written through it")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="unpacking-") as made:
        fresh = Path(made) / "copy"
        (fresh / name if is_folder else fresh).mkdir(parents=True)
        for inner, content in contents.items():
            _write(fresh / name / _checked(inner) if is_folder else fresh / name, content)
        if place.is_symlink():
            place.unlink()
        elif place.exists():  # somebody has changed the copy
            shutil.rmtree(place)
        os.replace(fresh, place)
    return place / name


def _write(path: Path, content: memoryview) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
    path.chmod(0o444)  # it stands for what was stored


def _checked(name: str) -> str:
    """A relative path that stays inside of its folder.

    Raises:
        ValueUnreadable: it might not.
    """
    if not name or name.startswith("/") or not all(map(_is_plain, PurePosixPath(name).parts)):
        raise ValueUnreadable("the stored folder has a file that would be written outside of it")
    return name


def _is_plain(name: str) -> bool:
    """Whether a name is that of a file and no way to another place, on any system."""
    return 0 < len(os.fsencode(name)) <= 255 and name not in (".", "..") and not set("/\\:\0") & set(name)


FILE = Format("file", write_path, read_path, runs_code=False)
