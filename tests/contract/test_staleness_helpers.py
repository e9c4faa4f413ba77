"""The staleness table, row on helpers: whatever the body calls, and what that calls and reads."""

from __future__ import annotations

# helper changed, or a helper of a helper, a class, a decorator, a closure or global that one reads -> STALE global


def test_helper_changed(nb):
    """Helper changed -> STALE global."""
    nb.run("def g(x):\n    return x + 1", "g")
    nb.asset("b", "g(1)")
    nb.edit("g", "def g(x):\n    return x + 2")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}
    assert any("helper g changed" in reason for reason in nb.causes("b"))
    nb.materialize()
    assert nb.value("b") == 3


def test_helper_of_a_helper_changed(nb):
    """Helper of a helper changed -> STALE global: "helper h changed (through g)"."""
    nb.run("def h(x):\n    return x + 1", "h")
    nb.run("def g(x):\n    return h(x)", "g")
    nb.asset("b", "g(1)")
    nb.edit("h", "def h(x):\n    return x + 2")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}
    assert nb.causes("b") == ["helper h changed (through g)"]
    nb.materialize()
    assert nb.status("b") == "fresh"
    assert nb.value("b") == 3


def test_helper_changed_back(nb):
    """Helper changed -> STALE; undo the edit, and the value returns without running."""
    nb.run("def g(x):\n    return x + 1", "g")
    nb.asset("b", "g(1)")
    nb.edit("g", "def g(x):\n    return x + 2")
    nb.edit("g", "def g(x):\n    return x + 1")
    assert nb.status("b") == "fresh"
    assert nb.count("b") == 1


def test_helpers_that_call_each_other(nb):
    """Helper of a helper changed -> STALE global, also where helpers call each other in a circle."""
    nb.run("def even(n):\n    return n == 0 or odd(n - 1)", "even")
    nb.run("def odd(n):\n    return n != 0 and even(n - 1)", "odd")
    nb.asset("b", "even(4)")
    assert nb.status("b") == "fresh"
    nb.edit("odd", "def odd(n):\n    return n == 1 or (n != 0 and even(n - 1))")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}


def test_method_of_a_class_changed(nb):
    """A class changed -> STALE global."""
    nb.run("class P:\n    def f(self):\n        return 1", "P")
    nb.asset("b", "P().f()")
    nb.edit("P", "class P:\n    def f(self):\n        return 2")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}
    assert any("P" in reason and "changed" in reason for reason in nb.causes("b"))


def test_attribute_of_a_class_changed(nb):
    """A class changed -> STALE global, its plain attributes included."""
    nb.run("class P:\n    sizes = {'s': 1}", "P")
    nb.asset("b", "P.sizes['s']")
    nb.edit("P", "class P:\n    sizes = {'s': 2}")
    assert nb.categories("b") == {"global"}


def test_base_class_changed(nb):
    """A class that a helper reads changed -> STALE global."""
    nb.run("class Base:\n    def f(self):\n        return 1", "Base")
    nb.run("class P(Base):\n    pass", "P")
    nb.asset("b", "P().f()")
    nb.edit("Base", "class Base:\n    def f(self):\n        return 2")
    nb.rerun("P")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}


def test_helper_that_a_method_calls_changed(nb):
    """A helper that a class reads changed -> STALE global."""
    nb.run("def h():\n    return 1", "h")
    nb.run("class P:\n    def f(self):\n        return h()", "P")
    nb.asset("b", "P().f()")
    nb.edit("h", "def h():\n    return 2")
    assert nb.categories("b") == {"global"}
    assert any("h changed" in reason for reason in nb.causes("b"))


def test_decorator_changed(nb):
    """A decorator changed -> STALE global."""
    nb.run("def twice(f):\n    return lambda x: 2 * f(x)", "twice")
    nb.run("@twice\ndef g(x):\n    return x", "g")
    nb.asset("b", "g(1)")
    nb.edit("twice", "def twice(f):\n    return lambda x: 3 * f(x)")
    nb.rerun("g")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}
    nb.materialize()
    assert nb.value("b") == 3


def test_decorator_changed_but_not_applied_again(nb):
    """FRESH equals what a new kernel gives: an asset that ran with the old decorator is not fresh."""
    nb.run("def twice(f):\n    return lambda x: 2 * f(x)", "twice")
    nb.run("@twice\ndef g(x):\n    return x", "g")
    nb.asset("b", "g(1)")
    nb.edit("twice", "def twice(f):\n    return lambda x: 3 * f(x)")
    assert nb.status("b") == "stale"
    nb.materialize()
    assert nb.status("b") == "stale"
    nb.rerun("g")
    nb.materialize()
    assert nb.status("b") == "fresh"
    assert nb.value("b") == 3


def test_function_behind_functools_wraps_changed(nb):
    """A helper changed -> STALE global, also behind a well-behaved decorator."""
    nb.run(
        """
        from functools import wraps
        def logged(f):
            @wraps(f)
            def inner(*args):
                return f(*args)
            return inner
        """,
        "logged",
    )
    nb.run("@logged\ndef g(x):\n    return x + 1", "g")
    nb.asset("b", "g(1)")
    nb.edit("g", "@logged\ndef g(x):\n    return x + 2")
    assert nb.categories("b") == {"global"}


def test_cached_function_changed(nb):
    """A helper changed -> STALE global, also under `lru_cache`."""
    nb.run("from functools import lru_cache", "import")
    nb.run("@lru_cache\ndef g(x):\n    return x + 1", "g")
    nb.asset("b", "g(1)")
    nb.edit("g", "@lru_cache\ndef g(x):\n    return x + 2")
    assert nb.categories("b") == {"global"}


def test_calling_a_cached_function_changes_nothing(nb):
    """Reading fills a cache; that is no change."""
    nb.run("from functools import lru_cache\n@lru_cache\ndef g(x):\n    return x + 1", "g")
    nb.asset("b", "g(1)")
    nb.run("g(10)")
    assert nb.status("b") == "fresh"


def test_closure_changed(nb):
    """What a closure holds changed -> STALE global."""
    nb.run("def adder(n):\n    def add(x):\n        return x + n\n    return add", "adder")
    nb.run("add = adder(1)", "add")
    nb.asset("b", "add(1)")
    nb.edit("add", "add = adder(2)")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}


def test_lambda_changed(nb):
    """A helper changed -> STALE global, named or not."""
    nb.run("f = lambda x: x + 1", "f")
    nb.asset("b", "f(1)")
    nb.edit("f", "f = lambda x: x + 2")
    assert nb.categories("b") == {"global"}


def test_partial_changed(nb):
    """A helper changed -> STALE global, arguments bound to it included."""
    nb.run("from functools import partial\ndef g(k, x):\n    return k + x", "g")
    nb.run("f = partial(g, 1)", "f")
    nb.asset("b", "f(1)")
    nb.edit("f", "f = partial(g, 2)")
    assert nb.categories("b") == {"global"}


def test_function_held_in_a_dict_changed(nb):
    """A helper changed -> STALE global, also where a plain variable holds it."""
    nb.run("def double(x):\n    return 2 * x", "double")
    nb.run("operations = {'double': double}", "operations")
    nb.asset("b", "operations['double'](1)")
    nb.edit("double", "def double(x):\n    return 3 * x")
    nb.rerun("operations")
    assert nb.categories("b") == {"global"}


def test_default_argument_changed(nb):
    """A helper changed -> STALE global, its defaults included."""
    nb.run("def g(x, k=1):\n    return x + k", "g")
    nb.asset("b", "g(1)")
    nb.edit("g", "def g(x, k=2):\n    return x + k")
    assert nb.categories("b") == {"global"}


def test_global_that_a_helper_reads_changed(nb):
    """A global that a helper reads changed -> STALE global."""
    nb.run("rate = 0.1", "rate")
    nb.run("def g(x):\n    return x * rate", "g")
    nb.asset("b", "g(10)")
    nb.edit("rate", "rate = 0.2")
    assert nb.status("b") == "stale"
    assert nb.categories("b") == {"global"}
    assert any("rate 0.1 -> 0.2" in reason for reason in nb.causes("b"))


def test_global_that_a_helper_of_a_helper_reads_set_back(nb):
    """A global that a helper reads set back -> FRESH again."""
    nb.run("rate = 0.1", "rate")
    nb.run("def h(x):\n    return x * rate\ndef g(x):\n    return h(x)", "g")
    nb.asset("b", "g(10)")
    nb.edit("rate", "rate = 0.2")
    assert nb.status("b") == "stale"
    nb.edit("rate", "rate = 0.1")
    assert nb.status("b") == "fresh"
    assert nb.count("b") == 1


def test_asset_that_a_helper_reads_is_a_dependency(nb):
    """Names of assets that a helper of the body reads are dependencies that pass data."""
    nb.run("k = 1", "k")
    nb.asset("a", "k")
    nb.run("def h():\n    return a + 1", "h")
    nb.asset("b", "h()")
    assert nb.edges() == {("a", "b")}
    nb.edit("k", "k = 10")
    nb.materialize()
    assert nb.value("b") == 11
