"""The staleness table, row on installed modules: how much of a version counts, however the package states it."""

from __future__ import annotations

import importlib
import shutil
import sys

import pytest


@pytest.fixture(params=["__version__", "metadata only", "namespace package"])
def install(folder, monkeypatch, request):
    """Installs a version of `some_library` as pip does, over the one before."""
    site = folder / "lib" / "site-packages"
    monkeypatch.syspath_prepend(site)

    def install(version):
        shutil.rmtree(site, ignore_errors=True)
        package, facts = site / "some_library", site / f"some_library-{version}.dist-info"
        package.mkdir(parents=True)
        facts.mkdir()
        (package / "part.py").write_text("def answer():\n    return 42\n")
        if request.param != "namespace package":
            stated = f"__version__ = {version!r}\n" if request.param == "__version__" else ""
            (package / "__init__.py").write_text(stated)
        (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: some_library\nVersion: {version}\n")
        (facts / "RECORD").write_text("some_library/part.py,,\n")
        (facts / "top_level.txt").write_text("some_library\n")
        importlib.invalidate_caches()
        for name in [name for name in sys.modules if name.partition(".")[0] == "some_library"]:
            del sys.modules[name]

    install("1.2.3")
    yield install
    for name in [name for name in sys.modules if name.partition(".")[0] == "some_library"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("setting", "version", "status"),
    [
        ("exact", "1.2.3", "fresh"),
        ("exact", "1.2.9", "stale"),
        ("minor", "1.2.9", "fresh"),
        ("minor", "1.3.0", "stale"),
        ("off", "2.0.0", "fresh"),
    ],
)
def test_upgraded_and_imported_again(nb, install, setting, version, status):
    """`%config AssetMagic.module_versions` = exact | minor | off, for modules, their functions and helpers alike."""
    nb.run(f"%config AssetMagic.module_versions = {setting!r}")
    nb.run("import some_library.part as part\nfrom some_library.part import answer", "import")
    nb.run("def h():\n    return part.answer()")
    nb.asset("a", "part.answer()")
    nb.asset("b", "answer()")
    nb.asset("c", "h()")
    install(version)
    nb.rerun("import")
    assert nb.statuses() == {"a": status, "b": status, "c": status}


def test_upgraded_but_not_imported_again(nb, install):
    """What counts is what this kernel holds: an upgrade on disk changes nothing before the module is imported again."""
    nb.run("import some_library.part as part")
    nb.asset("b", "part.answer()")
    loaded = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "some_library"}
    install("2.0.0")
    sys.modules.update(loaded)
    nb.run("'any cell'")
    assert nb.status("b") == "fresh"
