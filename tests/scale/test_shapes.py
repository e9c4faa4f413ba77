"""Wide and deep graphs through a real shell, and long lists of definitions."""

from __future__ import annotations

import pytest

from asset_magic import asset, asset_check, materialize

COUNT = 2_000


@pytest.fixture
def fan(nb):
    """A root, 2,000 assets that read it, and one that reads them all."""
    assert nb.run("%%asset root\n1", "root").ok
    for number in range(COUNT):
        assert nb.run(f"%%asset w{number} defer\nroot + {number}", f"w{number}").ok
    names = ", ".join(f"w{number}" for number in range(COUNT))
    assert nb.run(f"%%asset total defer\nsum([{names}])", "total").ok
    return nb


def test_fan(fan):
    """A wide graph is run, edited, shown and run again."""
    assert fan.materialize().ok
    assert fan.value("total") == COUNT + sum(range(COUNT))
    assert set(fan.statuses().values()) == {"fresh"}
    assert fan.edit("root", "%%asset root\n2").ok
    assert set(fan.statuses().values()) == {"fresh", "stale"}
    for magic in ("%stale", "%assets", "%lineage", "%asset total", "%asset root"):
        ran = fan.run(magic, "scratch")
        assert ran.ok, ran.message
    assert len(fan.assets["total"].stale_causes) == COUNT
    assert len(fan.assets.select("root+1")) == COUNT + 1
    assert fan.rerun("total").ok
    assert fan.materialize().ok
    assert fan.value("total") == 2 * COUNT + sum(range(COUNT))


def test_forget_all_that_one_reads(fan):
    """2,000 assets are forgotten at once; the one that read them says so of each."""
    assert fan.run("%forget w*").ok
    assert set(fan.assets) == {"root", "total"}
    assert len(fan.assets["total"].stale_causes) == COUNT


def test_variable_that_all_read(nb):
    """A plain variable that 2,000 assets read: changed, and set back."""
    nb.run("rate = 2", "rate")
    for number in range(COUNT):
        assert nb.run(f"%%asset w{number}\nrate * {number}", f"w{number}").ok
    nb.edit("rate", "rate = 3")
    assert set(nb.statuses().values()) == {"stale"}
    nb.edit("rate", "rate = 2")
    assert set(nb.statuses().values()) == {"fresh"}


def test_deep_diamonds(nb):
    """500 diamonds in a row have 2 to the 500 paths, and are walked once."""
    depth = 500
    assert nb.run("%%asset d0\n1", "d0").ok
    for level in range(1, depth + 1):
        for side in ("left", "right"):
            assert nb.run(f"%%asset {side}{level} defer\nd{level - 1} + 0", f"{side}{level}").ok
        assert nb.run(f"%%asset d{level} defer\nleft{level} + right{level} - d{level - 1}", f"d{level}").ok
    assert nb.materialize().ok
    assert nb.value(f"d{depth}") == 1
    assert nb.edit("d0", "%%asset d0\n2").ok
    assert len([status for status in nb.statuses().values() if status == "stale"]) == 3 * depth
    for magic in ("%stale", "%assets", "%lineage", f"%asset d{depth}", "%materialize --dry-run"):
        ran = nb.run(magic, "scratch")
        assert ran.ok, ran.message
        assert len(ran.text) < 2_000_000
    assert len(nb.assets.select(f"+d{depth}")) == 3 * depth + 1
    assert nb.rerun(f"d{depth}").ok
    assert nb.materialize().ok
    assert nb.value(f"d{depth}") == 2


def chain(length):
    """Definitions n0 -> n1 -> …, the last one first."""

    def first():
        return 0

    def following(number):
        upstream = f"n{number - 1}"
        found = {}
        exec(f"def body({upstream}):\n    return {upstream} + 1", found)
        return asset(name=f"n{number}")(found["body"])

    return [*(following(number) for number in range(length - 1, 0, -1)), asset(name="n0")(first)]


def test_materialize_a_chain_of_definitions():
    """``materialize`` of 2,000 definitions that follow one another."""
    result = materialize(chain(COUNT))
    assert result.success
    assert result.output_for_node(f"n{COUNT - 1}") == COUNT - 1


def test_materialize_the_end_of_a_chain():
    """A selection along 2,000 definitions."""
    result = materialize(chain(COUNT), selection=f"+n{COUNT - 1}")
    assert result.asset_value(f"n{COUNT - 1}") == COUNT - 1


def test_failure_at_the_start_of_a_chain():
    """A failure skips 1,999 others."""

    @asset(name="n0")
    def failing():
        raise LookupError("gone")

    result = materialize([*chain(COUNT)[:-1], failing], raise_on_error=False)
    assert result.success is False
    assert result.asset_materializations_for_node(f"n{COUNT - 1}") == []


def test_materialize_independent_definitions():
    """2,000 definitions that have nothing to do with each other, with a check each."""

    def numbered(number):
        def body():
            return number

        def good():
            return True

        definition = asset(name=f"n{number}")(body)
        return definition, asset_check(asset=definition, name="good")(good)

    pairs = [numbered(number) for number in range(COUNT)]
    result = materialize([item for pair in pairs for item in pair])
    assert result.success
    assert len(result.get_asset_check_evaluations()) == COUNT


def test_chain_of_definitions_in_a_notebook(nb):
    """2,000 definitions that one cell makes in a loop, run by the notebook's own graph."""
    ran = nb.run(
        f"""
        from asset_magic import asset

        def following(number):
            @asset(name=f"n{{number}}", deps=[f"n{{number - 1}}"] if number else [])
            def body():
                return number
            return body

        made = [following(number) for number in range({COUNT})]
        """
    )
    assert ran.ok, ran.text
    assert nb.materialize().ok
    assert nb.value(f"n{COUNT - 1}") == COUNT - 1
    assert set(nb.statuses().values()) == {"fresh"}


def test_cells_run_from_the_bottom_up(nb):
    """A chain whose cells are registered last first."""
    for number in range(COUNT - 1, -1, -1):
        body = f"a{number - 1} + 1" if number else "0"
        assert nb.run(f"%%asset a{number} defer\n{body}", f"a{number}").ok
    assert nb.materialize().ok
    assert nb.value(f"a{COUNT - 1}") == COUNT - 1


def test_body_that_prints_many_lines(nb):
    """A body that prints 100,000 lines, and a reader who sees them again."""
    source = "%%asset noisy\nfor i in range(100_000):\n    print(i)"
    expected = "".join(f"{i}\n" for i in range(100_000))
    for _ in range(2):
        assert nb.run(source, "noisy").stdout == expected


def test_helpers_of_helpers(nb):
    """A chain of 2,000 helpers is followed to its end."""
    lines = ["def h0():\n    return 1", *(f"def h{n}():\n    return h{n - 1}()" for n in range(1, COUNT))]
    assert nb.run("\n".join(lines), "helpers").ok
    ran = nb.run(f"%%asset a\nh{COUNT - 1} is not None", "a")
    assert ran.ok, ran.text
    nb.edit("helpers", "\n".join([lines[0].replace("1", "2"), *lines[1:]]))
    assert nb.status("a") == "stale"
    assert any("h0 changed" in reason for reason in nb.causes("a"))
