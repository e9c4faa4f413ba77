"""A plain variable that an asset reads is changed."""

from __future__ import annotations

from correctness.scenarios.actions import delete, edit, rerun, scratch
from correctness.scenarios.scenario import Scenario

TITLE = "Plain variables"

TAX = """
    rate = 0.1

    %%asset total
    100 * rate

    %%asset report
    f"{total:.0f}"
    """

SCENARIOS = [
    Scenario(
        do="You change `rate = 0.1` to `rate = 0.2`; `total` reads it.",
        why="A variable counts like data. Nothing runs until you ask.",
        cells=TAX,
        steps="rate = 0.2",
        then={"total": "stale global: rate 0.1 -> 0.2", "report": "stale data: upstream total is stale"},
        gives={"total": 20.0, "report": "20"},
    ),
    Scenario(
        do="You set a variable to another value and back, with nothing run in between.",
        why="Only what holds now counts, not what happened on the way.",
        cells=TAX,
        steps=("rate = 0.2", "rate = 0.1"),
        then={"total": "fresh", "report": "fresh"},
    ),
    Scenario(
        do="You set a variable back after the assets ran with the other value.",
        why="The kept value of then is used again; no body runs.",
        cells=TAX,
        steps=("rate = 0.2", "%materialize", "rate = 0.1"),
        runs="total report",
        then={"total": "stale global: rate 0.2 -> 0.1", "report": "stale data"},
        again="",
        gives={"report": "10"},
    ),
    Scenario(
        do="You run the unchanged cell of a variable again.",
        why="The value is the same.",
        cells=TAX,
        steps=rerun("rate"),
        then={"total": "fresh", "report": "fresh"},
    ),
    Scenario(
        do="You write `rate = 1 / 10` where `rate = 0.1` stood.",
        why="An asset follows from the value of a variable, not from how it was written.",
        cells=TAX,
        steps="rate = 1 / 10",
        then={"total": "fresh", "report": "fresh"},
    ),
    Scenario(
        do="You write `rate = 1` where `rate = 1.0` stood.",
        why="An integer is another value than a float: `str(rate)` tells them apart.",
        cells="""
            rate = 1.0

            %%asset total
            str(rate)
            """,
        steps="rate = 1",
        then={"total": "stale global: rate 1.0 -> 1"},
        gives={"total": "1"},
    ),
    Scenario(
        do="You write `rate = True` where `rate = 1` stood.",
        why="They are equal (`==`) and not the same: types count.",
        cells="""
            rate = 1

            %%asset total
            str(rate)
            """,
        steps="rate = True",
        then={"total": "stale global: rate 1 -> True"},
        gives={"total": "True"},
    ),
    Scenario(
        do="You change a variable that no body reads.",
        why="What is not named cannot be read.",
        cells=TAX + "\n    colour = 'red'\n",
        steps="colour = 'blue'",
        then={"total": "fresh", "report": "fresh"},
    ),
    Scenario(
        do="You change a variable whose name a body binds itself (a loop variable, a comprehension, a parameter).",
        why="The body reads its own, not the notebook's.",
        cells="""
            i = 1

            %%asset squares
            squares = []
            for i in range(3):
                squares.append(i * i)
            """,
        steps="i = 7",
        then={"squares": "fresh"},
    ),
    Scenario(
        do="You change a list in another cell: `limits.append(9)`.",
        why="The content of a variable counts, however it came about.",
        cells="""
            limits = [1, 2]

            %%asset top
            max(limits)
            """,
        steps="limits.append(9)",
        then={"top": "stale global: limits changed"},
        gives={"top": 9},
    ),
    Scenario(
        do="You change a list under another name for it: `other = limits`, then `other.append(9)`.",
        why="It is the same list; names do not matter.",
        cells="""
            limits = [1, 2]

            %%asset top
            max(limits)
            """,
        steps=("other = limits", "other.append(9)"),
        then={"top": "stale global: limits changed"},
        gives={"top": 9},
    ),
    Scenario(
        do="You write a dict with its keys in another order.",
        why="A loop over it would give another order, so it counts as changed.",
        policy="`==` calls them equal, but bodies can tell them apart.",
        cells="""
            names = {"a": 1, "b": 2}

            %%asset first
            next(iter(names))
            """,
        steps='names = {"b": 2, "a": 1}',
        then={"first": "stale global: names changed"},
        gives={"first": "b"},
    ),
    Scenario(
        do="You write a set with its members in another order.",
        why="The order of a set is nobody's choice, so it does not count.",
        cells="""
            names = {"a", "b", "c"}

            %%asset count
            len(names)
            """,
        steps='names = {"c", "b", "a"}',
        then={"count": "fresh"},
    ),
    Scenario(
        do="You change a variable with a secret in it, such as `api_token`.",
        why="It counts like any other, but no value is shown.",
        cells="""
            api_token = "abc"

            %%asset length
            len(api_token)
            """,
        steps='api_token = "abcdef"',
        then={"length": "stale global: api_token changed"},
        gives={"length": 6},
    ),
    Scenario(
        do="You delete a variable that an asset reads: `del rate` in the cell that bound it.",
        why="The asset could not be made again.",
        cells=TAX,
        steps=edit("rate", "rate = 0.1\ndel rate"),
        then={"total": "stale dependencies: upstream rate is not defined yet", "report": "stale data"},
        again="",
    ),
    Scenario(
        do="You delete the cell of a variable, and then the variable too (`del rate`).",
        why="A kernel is not told of deleted cells, so the variable lives on until you delete it or restart.",
        policy="What a deleted cell left behind counts as still there: nothing tells the kernel otherwise.",
        cells=TAX,
        steps=(delete("rate"), scratch("del rate")),
        then={"total": "stale dependencies: upstream rate is not defined yet", "report": "stale data"},
        again="",
    ),
    Scenario(
        do="You define a variable that a body was missing.",
        why="Code may name what comes later; it waits for it.",
        cells="""
            %%asset total defer
            100 * rate
            """,
        begins="total",
        steps="rate = 0.1",
        then={"total": "missing data: it has not been materialized yet"},
        gives={"total": 10.0},
    ),
    Scenario(
        do="You change `flag`, which decides between `a` and `b` in `a if flag else b`.",
        why="Code is read, not watched, so all three count.",
        cells="""
            flag = True

            a = 1

            b = 2

            %%asset chosen
            a if flag else b
            """,
        steps="b = 3",
        then={"chosen": "stale global: b 2 -> 3"},
        policy="One run too many here; reading only what was used would miss the day when `flag` changes.",
        gives={"chosen": 1},
    ),
    Scenario(
        do="A body draws from a generator of the notebook (`rng`), and you materialize it again with `--force`.",
        why="Each run begins with the generator as its plain cell left it, so the value stays the same.",
        cells="""
            import random

            rng = random.Random(7)

            %%asset draw
            rng.random()
            """,
        steps="%materialize --force",
        runs="draw",
        then={"draw": "fresh"},
    ),
    Scenario(
        do="You seed that generator anew.",
        why="Its state is a value like any other.",
        cells="""
            import random

            rng = random.Random(7)

            %%asset draw
            rng.random()
            """,
        steps="rng = random.Random(8)",
        then={"draw": "stale global: rng changed"},
    ),
    Scenario(
        do="You bind a connection again by the same code.",
        why="A connection has no content to compare; the code that made it stands for it.",
        cells="""
            import sqlite3

            con = sqlite3.connect(":memory:")

            %%asset one
            con.execute("select 1").fetchone()
            """,
        steps=rerun("con"),
        then={"one": "fresh"},
    ),
    Scenario(
        do="You bind a connection by other code.",
        why="The code that made it is what is known of it.",
        cells="""
            import sqlite3

            con = sqlite3.connect(":memory:")

            %%asset one
            con.execute("select 1").fetchone()
            """,
        steps='con = sqlite3.connect(":memory:", timeout=9)',
        then={"one": "stale global: con was bound by other code"},
    ),
]
