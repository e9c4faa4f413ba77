"""The staleness table, row on local modules: edited, reloaded in each way, and met through others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

NEWER = "{} on disk is newer than what this kernel holds"


def write(path, text):
    """Write a file so that its time stamp is a new one."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    newer = path.stat().st_mtime_ns + 2_000_000_000 if path.exists() else None
    path.write_text(text)
    if newer is not None:
        os.utime(path, ns=(newer, newer))


def edit(path, old, new):
    text = Path(path).read_text()
    assert old in text
    write(path, text.replace(old, new))


@pytest.fixture
def modules(folder):
    """`utils`, which calls `other`, both as a module and by a function of it."""
    write("other.py", "def h():\n    return 1\n")
    write(
        "utils.py",
        "import other\nfrom other import h\ndef g():\n    return other.h() + h()\ndef f():\n    return g()\n",
    )


WAYS = {
    "import utils": "utils.f()",
    "import utils as u": "u.f()",
    "from utils import f": "f()",
    "from utils import f as run": "run()",
    "from utils import *": "f()",
}
RELOADS = {
    "autoreload 1": "%load_ext autoreload\n%autoreload 1\n%aimport utils\n%aimport other",
    "autoreload 2": "%load_ext autoreload\n%autoreload 2",
    "autoreload 3": "%load_ext autoreload\n%autoreload 3",
    "importlib": "import importlib, sys",
}


@pytest.mark.parametrize("reload", RELOADS)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("file", "old", "new", "value"),
    [("utils.py", "return g()", "return g() * 10", 20), ("other.py", "return 1", "return 2", 4)],
    ids=["the module", "a module that it imports"],
)
def test_edited_and_reloaded(nb, modules, way, reload, file, old, new, value):
    """A local module edited -> flagged; reloaded -> STALE global, and no longer flagged."""
    nb.run(RELOADS[reload])
    nb.run(way, "import")
    nb.asset("b", WAYS[way])
    assert (nb.value("b"), nb.flags("b")) == (2, "")
    edit(file, old, new)
    assert nb.flags("b") == NEWER.format(file)
    if reload == "importlib":
        nb.run("importlib.reload(sys.modules['other'])\nimportlib.reload(sys.modules['utils'])")
        nb.rerun("import")
    else:
        nb.run("'any cell'")
    assert (nb.status("b"), nb.categories("b"), nb.flags("b")) == ("stale", {"global"}, "")
    assert nb.materialize().ok
    assert (nb.value("b"), nb.status("b")) == (value, "fresh")


@pytest.mark.parametrize("way", WAYS)
def test_only_written_otherwise(nb, modules, way):
    """Comments, formatting and docstrings of a local module -> FRESH, and no flag before it is reloaded."""
    nb.run(way, "import")
    nb.asset("b", WAYS[way])
    edit("utils.py", "def g():\n", "# sums\n\ndef g( ):\n    'Docs.'\n")
    assert nb.flags("b") == ""
    nb.run("import importlib, utils\nimportlib.reload(utils)")
    nb.rerun("import")
    assert (nb.status("b"), nb.flags("b")) == ("fresh", "")


def test_edited_before_anything_read_it(nb, modules):
    """A module that was edited between its import and the first asset that reads it is flagged all the same."""
    nb.run("import utils")
    edit("utils.py", "return g()", "return g() * 10")
    nb.asset("b", "utils.f()")
    assert (nb.value("b"), nb.flags("b")) == (2, NEWER.format("utils.py"))


@pytest.mark.parametrize(
    ("way", "body"),
    [
        ("from utils import f", "f()"),
        ("from utils import RATE", "RATE"),
        ("from utils import A", "A().m()"),
        ("from utils import *", "f() + RATE"),
    ],
)
def test_reloaded_but_not_imported_again(nb, way, body):
    """What is FRESH equals what a new kernel gives: names of an earlier load are stale, and say which cell to run."""
    text = "RATE = 1\ndef f():\n    return 1\nclass A:\n    def m(self):\n        return 1\n"
    write("utils.py", text)
    nb.run(way, "import")
    nb.asset("b", body)
    write("utils.py", text.replace("1", "2"))
    nb.run("import importlib, utils\nimportlib.reload(utils)")
    assert nb.categories("b") == {"global"}
    assert all(f"from an earlier utils; run In[{nb.numbers['import']}]" in why for why in nb.causes("b"))
    nb.materialize()
    assert nb.status("b") == "stale"
    nb.rerun("import")
    nb.materialize()
    assert (nb.value("b"), nb.status("b")) == (4 if "+" in body else 2, "fresh")


def test_reloaded_unchanged(nb):
    """A module reloaded as it was -> FRESH, whatever is new in identity only."""
    write(
        "utils.py",
        "import functools\n"
        "def logged(f):\n    @functools.wraps(f)\n    def inner(*args):\n        return f(*args)\n    return inner\n"
        "@logged\ndef f():\n    return 1\n@functools.cache\ndef c():\n    return 2\n"
        "class A:\n    @property\n    def p(self):\n        return 3\nSIZES = {'a': [1]}\n",
    )
    nb.run("from utils import f, c, A, SIZES", "import")
    nb.asset("b", "f(), c(), A().p, SIZES")
    nb.run("import importlib, utils\nimportlib.reload(utils)")
    assert nb.status("b") == "fresh"


@pytest.mark.parametrize(("constant", "value"), [("RATE = 1\n", 1), ("def rate():\n    return 1\nRATE = rate\n", 1)])
def test_module_that_keeps_names_of_another(nb, constant, value):
    """A module that imported a name from another, edited and reloaded one -> STALE, and says which to reload."""
    write("consts.py", constant)
    write("utils.py", "from consts import RATE\ndef f():\n    return RATE() if callable(RATE) else RATE\n")
    nb.run("import consts, utils, importlib")
    nb.asset("b", "utils.f()")
    edit("consts.py", "1", "2")
    assert nb.flags("b") == NEWER.format("consts.py")
    nb.run("importlib.reload(consts)")
    assert nb.causes("b") == ["utils has RATE of an earlier consts: reload utils"]
    nb.run("importlib.reload(utils)")
    nb.materialize()
    assert (nb.value("b"), nb.status("b")) == (2, "fresh")


@pytest.mark.parametrize(
    ("cell", "body"),
    [
        ("def h():\n    import utils\n    return utils.f()", "h()"),
        ("def h():\n    from utils import f\n    return f()", "h()"),
        ("def k():\n    from utils import f\n    return f()\ndef h():\n    return k()", "h()"),
        ("class A:\n    def m(self):\n        import utils\n        return utils.f()\na = A()", "a.m()"),
        ("pass", "import utils\nutils.f()"),
        ("pass", "from utils import f\nf()"),
        ("import outer", "outer.f()"),
        ("from outer import f", "f()"),
    ],
)
def test_imported_when_a_function_runs(nb, modules, cell, body):
    """A module that a helper, a body or another module imports only when it runs counts like any other."""
    write("outer.py", "def f():\n    import utils\n    return utils.f()\n")
    nb.run(cell)
    nb.asset("b", body)
    assert (nb.value("b"), nb.status("b")) == (2, "fresh")
    edit("other.py", "return 1", "return 2")
    assert NEWER.format("other.py") in nb.flags("b")
    nb.run("import importlib, other, utils\nimportlib.reload(other)\nimportlib.reload(utils)")
    assert nb.categories("b") == {"global"}
    nb.materialize()
    assert (nb.value("b"), nb.status("b")) == (4, "fresh")


def test_cause_names_the_module_and_the_way(nb, modules):
    """ "module utils changed (through h)"."""
    nb.run("def h():\n    import utils\n    return utils.f()\ndef g():\n    return h()")
    nb.asset("b", "g()")
    edit("utils.py", "return g()", "return g() * 10")
    nb.run("import importlib, utils\nimportlib.reload(utils)")
    assert nb.causes("b") == ["module utils changed (through h, g)"]


@pytest.mark.parametrize(
    "body", ["pkg.run()", "pkg.sub.leaf.v() + 1", "run()", "from pkg.sub import leaf\nleaf.v() + 1"]
)
def test_package_with_relative_imports(nb, body):
    """A module deep in a local package edited and reloaded -> STALE global, through relative imports too."""
    write("pkg/__init__.py", "from .core import run\n")
    write("pkg/core.py", "from .sub import leaf\ndef run():\n    from . import core\n    return leaf.v() + 1\n")
    write("pkg/sub/__init__.py", "")
    write("pkg/sub/leaf.py", "def v():\n    return 1\n")
    nb.run("import pkg, pkg.sub.leaf, importlib\nfrom pkg.core import run")
    nb.asset("b", body)
    assert nb.value("b") == 2
    edit("pkg/sub/leaf.py", "1", "2")
    assert nb.flags("b") == NEWER.format("leaf.py")
    nb.run("importlib.reload(pkg.sub.leaf)")
    assert nb.categories("b") == {"global"}
    nb.materialize()
    assert (nb.value("b"), nb.status("b")) == (3, "fresh")


def test_module_of_a_sub_folder_and_one_that_shadows_the_library(nb, monkeypatch):
    """A module of a folder that the notebook puts on the path; one that has the name of an installed module."""
    monkeypatch.delitem(__import__("sys").modules, "this", raising=False)
    write("src/deep.py", "def v():\n    return 1\n")
    write("this.py", "def v():\n    return 1\n")
    nb.run("import sys\nsys.path.insert(0, 'src')\nimport deep, this, importlib\nsys.path.remove('src')")
    nb.asset("b", "deep.v()")
    nb.asset("c", "this.v()")
    edit("src/deep.py", "1", "2")
    edit("this.py", "1", "2")
    assert (nb.flags("b"), nb.flags("c")) == (NEWER.format("deep.py"), NEWER.format("this.py"))
    nb.run("importlib.reload(this)")
    assert (nb.status("b"), nb.categories("c")) == ("fresh", {"global"})


def test_what_a_module_keeps_between_calls(nb):
    """A cache and a counter in a module: each run of an asset finds them as the import left them."""
    write(
        "utils.py",
        "_cache, calls = {}, 0\n"
        "def f(x):\n    global calls\n    calls += 1\n    _cache.setdefault(x, x + 1)\n    return calls, len(_cache)\n",
    )
    nb.run("import utils")
    nb.asset("b", "utils.f(1)")
    nb.asset("c", "utils.f(2)")
    assert (nb.statuses(), nb.value("b"), nb.value("c")) == ({"b": "fresh", "c": "fresh"}, (1, 1), (1, 1))


def test_what_a_module_makes_on_first_use_stays(nb):
    """What is made on first use and is no data (a model, a connection) is not made anew by each run."""
    write(
        "utils.py",
        "class Model:\n    made = 0\n\n_model = None\n"
        "def f():\n    global _model\n    if _model is None:\n        _model = Model()\n    return id(_model)\n",
    )
    nb.run("import utils")
    nb.asset("b", "utils.f()")
    nb.asset("c", "utils.f()")
    assert nb.value("b") == nb.value("c")


def test_script_run_again(nb):
    """`%run script.py`: what it defines is as good as what a cell defines."""
    write("script.py", "K = 2\ndef f(x):\n    return x * K\n")
    nb.run("%run script.py", "run")
    nb.asset("b", "f(3)")
    edit("script.py", "def f", "# times\ndef f")
    nb.rerun("run")
    assert nb.status("b") == "fresh"
    edit("script.py", "K = 2", "K = 5")
    nb.rerun("run")
    assert nb.categories("b") == {"global"}
    nb.materialize()
    assert nb.value("b") == 15


def test_function_imported_from_main(nb):
    """`from __main__ import g` in a body reads the notebook, and says so with `uses=`."""
    nb.run("rate = 1\ndef g():\n    return rate", "g")
    nb.asset("b", "from __main__ import g as get\nget()", "uses=g")
    nb.edit("g", "rate = 2\ndef g():\n    return rate")
    assert nb.status("b") == "stale"


MANY = "RATE = 2\ndef deep(x):\n    return x\ndef f(x):\n    return deep(x) * RATE\ndef g(x):\n    return x\n"


@pytest.fixture
def many(nb):
    """A notebook with `b`, which calls `utils.f`, itself and through a helper."""
    write("utils.py", MANY)
    nb.run("import utils, importlib", "import")
    nb.run("def h(x):\n    return utils.f(x)")
    nb.asset("b", "utils.f(1) + h(1)")
    return nb


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ("def g(x):\n    return x", "def g(x):\n    return -x", "fresh"),
        ("def g(x)", "def new():\n    pass\ndef g(x)", "fresh"),
        ("RATE = 2", "RATE = 3", "stale"),
        ("def deep(x):\n    return x", "def deep(x):\n    return -x", "stale"),
        ("deep(x) * RATE", "deep(x) + RATE", "stale"),
    ],
    ids=["function that nothing reads", "new function", "constant", "function below", "function"],
)
def test_part_of_a_module(many, old, new, status):
    """A module of which only attributes are looked up counts by these, and by what they read."""
    edit("utils.py", old, new)
    many.run("importlib.reload(utils)")
    assert many.status("b") == status
    many.materialize()
    assert many.status("b") == "fresh"


@pytest.mark.parametrize("body", ["getattr(utils, 'g')(1)", "vars(utils)['g'](1)", "m = utils\nm.g(1)", "h(utils)"])
def test_module_of_which_anything_may_be_read(nb, body):
    """A module that is handed on counts as a whole."""
    write("utils.py", MANY)
    nb.run("import utils, importlib\ndef h(module):\n    return module.g(1)")
    nb.asset("b", f"utils.f(1)\n{body}")
    edit("utils.py", "def g(x):\n    return x", "def g(x):\n    return -x")
    nb.run("importlib.reload(utils)")
    assert nb.categories("b") == {"global"}


def test_helper_that_hands_a_module_on(many):
    """A module that some helper hands on counts as a whole for the asset that calls it."""
    many.run("def names():\n    return dir(utils)")
    many.asset("c", "utils.f(1), names()")
    edit("utils.py", "def g(x)", "def new():\n    pass\ndef g(x)")
    many.run("importlib.reload(utils)")
    assert (many.status("b"), many.status("c")) == ("fresh", "stale")


def test_another_module_under_the_name(many):
    """Another module bound to the name, with an equal function -> STALE only if what is read differs."""
    write("other.py", MANY.replace("RATE = 2", "RATE = 5"))
    many.edit("import", "import other as utils, importlib")
    assert many.categories("b") == {"global"}
    many.materialize()
    assert (many.value("b"), many.status("b")) == (10, "fresh")


def test_cause_names_the_function_of_the_module(many):
    """ "helper utils.f changed", and the lines of the module that it is about."""
    edit("utils.py", "RATE = 2", "RATE = 3")
    many.run("importlib.reload(utils)")
    assert many.causes("b") == ["helper utils.f changed"]
    shown = many.run("%asset b").text
    assert "-RATE = 2" in shown
    assert "+RATE = 3" in shown


def test_constant_of_a_module(nb):
    """ "utils.RATE 2 -> 3"."""
    write("utils.py", MANY)
    nb.run("import utils, importlib")
    nb.asset("b", "utils.RATE * 10")
    edit("utils.py", "RATE = 2", "RATE = 3")
    nb.run("importlib.reload(utils)")
    assert nb.causes("b") == ["utils.RATE 2 -> 3"]


def test_constant_of_a_module_changed_in_place_by_a_body(nb):
    """What a body does to a list of a module stays in that run."""
    write("utils.py", "SIZES = [1]\n")
    nb.run("import utils")
    nb.asset("b", "utils.SIZES.append(2)\nlen(utils.SIZES)")
    nb.asset("c", "utils.SIZES.append(3)\nlen(utils.SIZES)")
    assert (nb.value("b"), nb.value("c"), nb.statuses()) == (2, 2, {"b": "fresh", "c": "fresh"})
