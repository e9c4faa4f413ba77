"""The body of an asset cell is edited."""

from __future__ import annotations

from correctness.scenarios.actions import edit, rerun, write_only
from correctness.scenarios.scenario import Scenario

TITLE = "The code of an asset"

SHOP = """
    %%asset prices
    [10, 20]

    %%asset total
    total = sum(prices)
    """

SCENARIOS = [
    Scenario(
        do="You run an unchanged cell again.",
        why="Nothing that it follows from has changed.",
        cells=SHOP,
        steps=rerun("total"),
        then={"total": "fresh"},
    ),
    Scenario(
        do="You run all cells again from top to bottom.",
        why="Nothing has changed; the order in which cells run does not count.",
        cells=SHOP,
        steps=rerun("prices", "total"),
        then={"prices": "fresh", "total": "fresh"},
    ),
    Scenario(
        do="You add a comment and a blank line to a body and run it.",
        why="The code means the same, so the value is reused.",
        cells=SHOP,
        steps=edit("total", "%%asset total\n# what the customer pays\n\ntotal = sum(prices)  # in euros"),
        then={"total": "fresh"},
    ),
    Scenario(
        do="You write the same body in another layout: spaces, line breaks, brackets, other quotes.",
        why="What is compared is the meaning of the code, not its text.",
        cells="""
            %%asset words
            words = {'a': 1, 'b': [2, 3]}
            """,
        steps="""
            %%asset words
            words = {
                "a": (1),
                "b": [2,3],
            }
            """,
        then={"words": "fresh"},
    ),
    Scenario(
        do="You write `10 + 10` where `20` stood.",
        why="The code is new, so it runs. Its value is the same, so what comes after stays fresh.",
        cells=SHOP,
        steps="""
            %%asset prices
            [10, 10 + 10]
            """,
        runs="prices",
        then={"prices": "fresh", "total": "fresh"},
    ),
    Scenario(
        do="You change a number in a body and run the cell.",
        why="The cell runs at once; what reads its value waits until you ask.",
        cells=SHOP,
        steps="""
            %%asset prices
            [10, 30]
            """,
        runs="prices",
        then={"prices": "fresh", "total": "stale data: upstream prices has a new value"},
        gives={"total": 40},
    ),
    Scenario(
        do="You change a body and only register it (`defer`).",
        why="The present code is no longer the code that made the value.",
        cells=SHOP,
        steps="""
            %%asset prices defer
            [10, 30]
            """,
        then={"prices": "stale code: its code changed", "total": "stale data: upstream prices is stale"},
        gives={"total": 40},
    ),
    Scenario(
        do="You undo the edit of a body.",
        why="A value that was made from the present code and data is kept and returns without running.",
        cells=SHOP,
        steps=("%%asset prices\n[10, 30]", "%materialize", "%%asset prices\n[10, 20]"),
        runs="prices total",
        then={"prices": "fresh", "total": "stale data: upstream prices has a new value"},
        again="",
        gives={"total": 30},
    ),
    Scenario(
        do="You edit a body, and run the cell some time later.",
        why="The kernel hears of the edit when the cell runs.",
        policy="Until then all that is shown is true of the cells as they last ran.",
        cells=SHOP,
        steps=(write_only("prices", "%%asset prices\n[10, 30]"), rerun("prices")),
        runs="prices",
        then={"prices": "fresh", "total": "stale data"},
        gives={"total": 40},
    ),
    Scenario(
        do="You swap two statements of a body that do not depend on each other.",
        why="Nobody can tell in general that the order does not matter, so it counts.",
        policy="Rather one run too many than a stale value that is called fresh.",
        cells="""
            %%asset pair
            a = 1
            b = 2
            pair = (a, b)
            """,
        steps="""
            %%asset pair
            b = 2
            a = 1
            pair = (a, b)
            """,
        runs="pair",
        then={"pair": "fresh"},
    ),
    Scenario(
        do="You rename a scratch variable inside a body.",
        why="The code differs, so it runs; the value is equal, so nothing else does.",
        policy="Names inside a body may show (`locals()`, an error message), so they count as code.",
        cells="""
            %%asset prices
            i = 10
            prices = [i]

            %%asset total
            sum(prices)
            """,
        steps="""
            %%asset prices
            j = 10
            prices = [j]
            """,
        runs="prices",
        then={"prices": "fresh", "total": "fresh"},
    ),
    Scenario(
        do='You change a text that is the value of a body (`"a"` to `"b"`).',
        why="A text that stands alone at the end of a body is its value, and no docstring.",
        cells="""
            %%asset label
            "a"

            %%asset shout
            label.upper()
            """,
        steps="""
            %%asset label
            "b"
            """,
        runs="label",
        then={"label": "fresh", "shout": "stale data"},
        gives={"shout": "B"},
    ),
    Scenario(
        do="You change a type hint inside a body.",
        why="Annotations are code: at the level of a cell they are evaluated.",
        cells="""
            %%asset n
            n: int = 1

            %%asset m
            n + 1
            """,
        steps="""
            %%asset n
            n: float = 1
            """,
        runs="n",
        then={"n": "fresh", "m": "fresh"},
    ),
    Scenario(
        do="You change only labels of an asset: group, description, tags, owners, kinds.",
        why="They say nothing of how the value comes about.",
        cells=SHOP,
        steps="""
            %%asset total group=shop description="What the customer pays" tags=tier=gold owners=team:data kinds=python
            total = sum(prices)
            """,
        then={"total": "fresh"},
    ),
    Scenario(
        do="You change the code of an asset that declares `code_version=1`, and the version to 2 in a second edit.",
        why="Only the second edit makes it run: a declared version replaces the code's own, as in Dagster.",
        policy="You answer for it: in between, the old value is called fresh because you say so.",
        cells="""
            %%asset n code_version=1
            n = 1
            """,
        steps=("%%asset n code_version=1\nn = 2", "%%asset n code_version=2\nn = 2"),
        runs="n",
        then={"n": "fresh"},
        gives={"n": 2},
    ),
    Scenario(
        do="You bind the asset's own name and end the body with another expression.",
        why="What is bound to the asset's name is the value, the last expression only where there is none.",
        cells=SHOP,
        steps="""
            %%asset total
            total = sum(prices)
            total * 100
            """,
        runs="total",
        then={"total": "fresh"},
        gives={"total": 30},
    ),
    Scenario(
        do="You change what a body prints, and not its value.",
        why="The code is new and runs; what comes after sees an equal value.",
        cells=SHOP,
        steps="""
            %%asset prices
            print("hello")
            [10, 20]
            """,
        runs="prices",
        then={"prices": "fresh", "total": "fresh"},
        says="hello",
    ),
    Scenario(
        do="You put `%%time` above `%%asset`.",
        why="Measuring is no part of the code.",
        cells=SHOP,
        steps=edit("total", "%%time\n%%asset total\ntotal = sum(prices)"),
        then={"total": "fresh"},
    ),
]
