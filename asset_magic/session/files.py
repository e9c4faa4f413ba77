"""The content of files, read again only when their stat has changed."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from stat import S_ISDIR

from asset_magic.model.keys import AssetKey
from asset_magic.run.versions import file_version

Stamp = tuple[int, int, int]
Stamps = dict[str, Stamp | None]


class Files:
    """Content versions of the files and folders that assets are made from."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Stamps, str]] = {}
        self._readers: defaultdict[str, dict[AssetKey, None]] = defaultdict(dict)
        self._seen: dict[str, str] = {}

    def version(self, path: str | Path) -> str:
        """The version of the content at ``path``."""
        name = path if isinstance(path, str) and path in self._known else os.path.abspath(path)
        now = _stamps(name)
        known = self._known.get(name)
        if known is not None and known[0] == now:
            return known[1]
        version = file_version(name)
        self._known[name] = (now, version)
        return version

    def watch(self, path: str, key: AssetKey) -> None:
        """Note that ``key`` was made from the file as it is now."""
        self._readers[path][key] = None
        self._seen[path] = self.version(path)

    def changed(self) -> Iterator[tuple[AssetKey, ...]]:
        """The assets made from each file whose content has changed since this was last asked."""
        for path, readers in list(self._readers.items()):
            version = self.version(path)
            if version != self._seen.get(path):
                self._seen[path] = version
                yield tuple(readers)


def stamp(path: str | Path) -> Stamp | None:
    """What a file system tells of a file without reading it.

    None if there is none, and for a folder, of which it tells nothing of what the files in it hold.
    """
    try:
        found = os.stat(path)
    except OSError:
        return None
    if S_ISDIR(found.st_mode):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _stamps(path: str) -> Stamps:
    """The stamp of a file, or of each file in a folder."""
    if not os.path.isdir(path):
        return {path: stamp(path)}
    files = (os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names)
    return {file: stamp(file) for file in files}
