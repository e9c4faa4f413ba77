"""The page's ES module: joined from its rooms, whole, and small."""

from __future__ import annotations

import collections
import re
import shutil
import subprocess

import pytest

from asset_magic.page.module import ROOMS, live_module
from asset_magic.page.text import BAD, GOOD, NEUTRAL, WARN

DECLARED = re.compile(r"^(?:export )?(?:async )?(?:function\*?|class|const|let) +(\w+)", re.MULTILINE)
LIMIT = 110 * 1024
"""Bytes of the module with its style: it travels once for a kernel, over the kernel's own channel."""


def test_the_joined_module_imports_nothing():
    assert re.findall(r"^\s*import\b.*|\bimport\((?!\"\./protocol).*", live_module(), re.MULTILINE) == []


def test_only_the_default_is_exported():
    assert re.findall(r"^export .*", live_module(), re.MULTILINE) == ["export default { initialize, render };"]


def test_no_name_is_declared_twice_across_the_rooms():
    names = collections.Counter(DECLARED.findall(live_module()))
    assert [name for name, count in names.items() if count > 1] == []


def test_every_room_that_runs_is_in_the_module():
    joined = set(DECLARED.findall(live_module()))
    rooms = [room for room in ROOMS.glob("*.js") if room.name != "protocol.js"]
    assert [room.name for room in rooms if not set(DECLARED.findall(room.read_text())) <= joined] == []


def test_a_room_renames_nothing_that_it_imports():
    # In the joined module a name is the same in every room.
    renaming = re.compile(r"^import [^;]*\bas\b[^;]*;", re.MULTILINE)
    assert [room.name for room in ROOMS.glob("*.js") if renaming.search(room.read_text())] == []


def test_the_module_is_small():
    assert len(live_module().encode()) < LIMIT


def test_nothing_is_fetched_evaluated_or_said_on_the_console():
    forbidden = r"\beval\(|\bFunction\(|\bfetch\(|XMLHttpRequest|https?://(?!www\.w3\.org/)|\bconsole\.\w"
    assert re.findall(forbidden, live_module()) == []


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_node_reads_the_joined_module(tmp_path):
    path = tmp_path / "module.mjs"
    path.write_text(live_module(), encoding="utf-8")
    checked = subprocess.run(["node", "--check", str(path)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_style_knows_the_colours_of_verdicts_to_show_them_by_the_theme():
    style = (ROOMS / "live.css").read_text()
    assert [ink for ink in (GOOD, WARN, BAD, NEUTRAL) if f'[style*="color:{ink}"]' not in style] == []
