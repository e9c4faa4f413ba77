"""What counts as another value, of variables and of assets."""

from __future__ import annotations

from correctness.scenarios.actions import edit, rerun
from correctness.scenarios.scenario import Scenario

TITLE = "What counts as another value"

FRAME = """
    import pandas as pd

    df = pd.DataFrame({"a": [1], "b": [2]})

    %%asset shown"""

SCENARIOS = [
    Scenario(
        do="You run `x = float('nan')` again.",
        why="`nan` is not equal to itself (`==`), but it is the same value.",
        cells="""
            x = float("nan")

            %%asset text
            str(x)
            """,
        steps=rerun("x"),
        then={"text": "fresh"},
    ),
    Scenario(
        do="An asset that is `nan` is made anew and is `nan` again.",
        why="The value is the same, so what comes after does not run.",
        cells="""
            k = 1

            %%asset n
            n = float("nan") * k

            %%asset text
            str(n)
            """,
        steps="k = 2",
        then={"n": "stale global: k 1 -> 2", "text": "stale data"},
        again="n",
        varies="n",
    ),
    Scenario(
        do="You change `0.0` to `-0.0`.",
        why="They are equal (`==`), but print differently.",
        cells="""
            x = 0.0

            %%asset text
            str(x)
            """,
        steps="x = -0.0",
        then={"text": "stale global: x 0.0 -> -0.0"},
        gives={"text": "-0.0"},
    ),
    Scenario(
        do="You change a list to a tuple of the same items.",
        why="It is a value of another type.",
        cells="""
            x = [1]

            %%asset text
            str(x)
            """,
        steps="x = (1,)",
        then={"text": "stale global: x changed"},
        gives={"text": "(1,)"},
    ),
    Scenario(
        do="You change `1` to `np.int64(1)`.",
        why="It is a value of another type, which overflows where an `int` does not.",
        cells="""
            import numpy as np

            x = 1

            %%asset kind
            type(x).__name__
            """,
        steps="x = np.int64(1)",
        then={"kind": "stale global: x changed"},
        gives={"kind": "int64"},
    ),
    Scenario(
        do="The columns of a table come in another order.",
        why="The order of columns shows.",
        cells=FRAME + "\n    list(df)",
        steps='df = pd.DataFrame({"b": [2], "a": [1]})',
        then={"shown": "stale global: df changed"},
        gives={"shown": ["b", "a"]},
    ),
    Scenario(
        do='You name the index of a table in another cell: `df.index.name = "i"`.',
        why="All of a table counts, and a change in place is one.",
        cells=FRAME + "\n    df.index.name",
        steps='df.index.name = "i"',
        then={"shown": "stale global: df changed"},
        gives={"shown": "i"},
    ),
    Scenario(
        do='You write a note on a table: `df.attrs["unit"] = "EUR"`.',
        why="All of a table counts.",
        cells=FRAME + "\n    dict(df.attrs)",
        steps='df.attrs["unit"] = "EUR"',
        then={"shown": "stale global: df changed"},
        gives={"shown": {"unit": "EUR"}},
    ),
    Scenario(
        do="The value of an asset is a function that reads a variable, which you change.",
        why="What the function was made with counts for all that call it.",
        cells="""
            rate = 2

            %%asset scale
            lambda x: x * rate

            %%asset scaled
            scale(3)
            """,
        steps="rate = 5",
        then={"scale": "stale global: rate 2 -> 5", "scaled": "stale data: upstream scale is stale"},
        gives={"scaled": 15},
        varies="scale",
    ),
    Scenario(
        do="The value of an asset is a class; what it is made with changes.",
        why="A class is its methods and attributes.",
        cells="""
            rate = 2

            %%asset Shop
            class Shop:
                share = rate

            %%asset total
            Shop.share * 10
            """,
        steps="rate = 5",
        then={"Shop": "stale global: rate 2 -> 5", "total": "stale data"},
        gives={"total": 50},
        varies="Shop",
    ),
    Scenario(
        do="A variable becomes an iterator, which can be read only once, and a body reads it.",
        why="The next body would find it empty, so it is refused, with the advice to make it a list.",
        cells="""
            rows = [1, 2, 3]

            %%asset total
            sum(rows)
            """,
        steps=("rows = iter([1, 2, 3])", rerun("total")),
        error="list",
        then={"total": "stale global: rows"},
        again="",
    ),
    Scenario(
        do="You add a member to an `Enum`, or change one.",
        why="Enums, named tuples and dataclasses count by what they hold.",
        cells="""
            # colours
            from enum import Enum
            class Colour(Enum):
                RED = 1

            %%asset red
            Colour.RED.value
            """,
        steps=edit("colours", "from enum import Enum\nclass Colour(Enum):\n    RED = 2"),
        then={"red": "stale global: helper Colour changed"},
        gives={"red": 2},
    ),
]
