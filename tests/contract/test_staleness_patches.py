"""What one plain cell sets on a function or class of another: attributes, methods, registered implementations."""

from __future__ import annotations

import pytest

PATCHES = [
    pytest.param("class A:\n    v = 1", "A.v = 2", "A.v = 3", "A.v", (2, 3), id="attribute"),
    pytest.param("class A:\n    v = 1", "setattr(A, 'v', 2)", "setattr(A, 'v', 3)", "A.v", (2, 3), id="setattr"),
    pytest.param(
        "class A:\n    def m(self):\n        return 1",
        "A.m = lambda self: 2",
        "def new(self):\n    return 3\nA.m = new",
        "A().m()",
        (2, 3),
        id="method",
    ),
    pytest.param("def f():\n    return f.k\nf.k = 1", "f.k = 2", "f.k = 3", "f()", (2, 3), id="function's attribute"),
    pytest.param(
        "import functools\n@functools.singledispatch\ndef f(x):\n    return 1",
        "@f.register(int)\ndef _(x):\n    return 2",
        "@f.register(int)\ndef _(x):\n    return 3",
        "f(0)",
        (2, 3),
        id="implementation by its type",
    ),
    pytest.param(
        "import functools\n@functools.singledispatch\ndef f(x):\n    return 1",
        "@f.register\ndef _(x: int):\n    return 2",
        "@f.register\ndef _(x: int):\n    return 3",
        "f(0)",
        (2, 3),
        id="implementation by its annotation",
    ),
    pytest.param(
        "class A:\n    v = 1\ndef f():\n    return A.v",
        "A.v = 2",
        "A.v = 3",
        "f()",
        (2, 3),
        id="behind a helper",
    ),
]


@pytest.mark.parametrize(("first", "patch", "edited", "body", "values"), PATCHES)
def test_patch_run_again_and_edited(nb, first, patch, edited, body, values):
    """Unchanged cell run again -> FRESH; another value set by it -> STALE global, and the new value is computed."""
    nb.run(first, "first")
    nb.run(patch, "patch")
    nb.asset("b", body)
    nb.rerun("patch")
    assert (nb.value("b"), nb.status("b")) == (values[0], "fresh")
    nb.edit("patch", edited)
    assert nb.categories("b") == {"global"}
    assert nb.materialize().ok
    assert (nb.value("b"), nb.status("b")) == (values[1], "fresh")


@pytest.mark.parametrize(("first", "patch", "edited", "body", "values"), PATCHES)
def test_patch_taken_out_of_its_cell(nb, first, patch, edited, body, values):
    """What a cell set and sets no more -> STALE global: "left over from an earlier In[5]; run In[2]"."""
    nb.run(first, "first")
    nb.run(patch, "patch")
    nb.asset("b", body)
    nb.edit("patch", "pass")
    assert nb.status("b") == "stale"
    reasons = nb.causes("b")
    assert any("is left over from an earlier" in why and f"run In[{nb.numbers['first']}]" in why for why in reasons)
    nb.rerun("first")
    nb.materialize()
    assert (nb.value("b"), nb.status("b")) == (1, "fresh")


def test_patch_that_goes_on_from_what_it_set_before(nb):
    """Plain cell run again on its own result, giving another value -> STALE global, with the cells to run."""
    nb.run("class A:\n    v = 1", "first")
    nb.run("A.v = A.v + 1", "patch")
    nb.asset("b", "A.v")
    nb.rerun("patch")
    assert any("ran again on its own result" in why for why in nb.causes("b"))
    nb.rerun("first")
    nb.rerun("patch")
    assert (nb.status("b"), nb.value("b")) == ("fresh", 2)


def test_patch_of_another_part(nb):
    """An edit that sets another part leaves the first one set -> STALE global, until the definition runs again."""
    nb.run("class A:\n    v = 1", "first")
    nb.run("A.v = 2", "patch")
    nb.asset("b", "A.v")
    nb.edit("patch", "A.w = 3")
    nb.materialize()
    assert any("ran again on its own result" in why for why in nb.causes("b"))
    nb.rerun("first")
    nb.rerun("patch")
    nb.materialize()
    assert (nb.status("b"), nb.value("b")) == ("fresh", 1)


def test_patch_does_not_read_what_its_class_reads(nb):
    """Setting a part of a class calls none of its methods: what they read is no part of that."""
    nb.run("k = 1", "k")
    nb.asset("a", "k")
    nb.run("class A:\n    v = 1\n    def m(self):\n        return a + self.v", "first")
    nb.run("A.v = 2", "patch")
    nb.asset("b", "A().m()")
    nb.edit("k", "k = 10")
    nb.materialize()
    assert (nb.status("b"), nb.value("b")) == ("fresh", 12)


def test_calling_a_method_in_a_plain_cell_is_no_patch(nb):
    """A plain cell that uses a class, and then another one, leaves nothing over."""
    nb.run("class A:\n    @classmethod\n    def m(cls):\n        return 1", "first")
    nb.asset("b", "A.m()")
    nb.run("A.m()", "look")
    nb.edit("look", "pass")
    assert nb.status("b") == "fresh"
