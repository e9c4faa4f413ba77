"""What cells define: names, dependencies, and the graph between them."""

from __future__ import annotations

from correctness.scenarios.actions import delete, edit, rerun, run_all
from correctness.scenarios.scenario import Scenario

TITLE = "Definitions and the graph"

SHOP = """
    %%asset prices
    [10, 20]

    %%asset total
    sum(prices)
    """

SCENARIOS = [
    Scenario(
        do="You rename an asset in its cell; another one reads the old name.",
        why="The cell made `prices` and makes something else now, so `prices` is gone, and what reads it waits for it.",
        cells=SHOP,
        steps=edit("prices", "%%asset costs\n[10, 20]"),
        runs="costs",
        then={
            "costs": "fresh",
            "prices": "gone",
            "total": "stale dependencies: upstream prices is not defined yet",
        },
        again="",
    ),
    Scenario(
        do="You rename it, and change the name in what reads it.",
        why="The code of `total` is another one, so it runs once.",
        cells=SHOP,
        steps=(edit("prices", "%%asset costs\n[10, 20]"), "%%asset total\nsum(costs)"),
        runs="costs total",
        then={"costs": "fresh", "prices": "gone", "total": "fresh"},
        gives={"total": 30},
    ),
    Scenario(
        do="You rename it and rename it back.",
        why="The value of then is still there.",
        cells=SHOP,
        steps=(edit("prices", "%%asset costs\n[10, 20]"), edit("prices", "%%asset prices\n[10, 20]")),
        runs="costs",
        then={"prices": "fresh", "costs": "gone", "total": "fresh"},
    ),
    Scenario(
        do="You turn an asset cell into a plain cell that binds the same name.",
        why="It is a variable now, and `total` reads it as one.",
        cells=SHOP,
        steps=edit("prices", "prices = [10, 20]"),
        then={"prices": "gone", "total": "stale dependencies: dependency removed prices"},
        gives={"total": 30},
    ),
    Scenario(
        do="You turn a plain cell into an asset of the same name.",
        why="`total` depends on an asset where it read a variable.",
        cells="""
            prices = [10, 20]

            %%asset total
            sum(prices)
            """,
        steps=edit("prices", "%%asset prices\n[10, 20]"),
        runs="prices",
        then={"prices": "fresh", "total": "stale dependencies: dependency added prices"},
        gives={"total": 30},
    ),
    Scenario(
        do="You delete an asset's cell and `%forget` the asset.",
        why="What reads it has nothing to read.",
        cells=SHOP,
        steps=(delete("prices"), "%forget prices"),
        then={"prices": "gone", "total": "stale dependencies: upstream prices is not defined yet"},
        again="",
    ),
    Scenario(
        do="You `%forget` an asset and run its cell again.",
        why="It is there again, with its kept value.",
        cells=SHOP,
        steps=("%forget prices", rerun("prices")),
        then={"prices": "fresh", "total": "fresh"},
    ),
    Scenario(
        do="You add a dependency by `deps=`.",
        why="What the value was made from is no longer what it would be made from.",
        cells=SHOP + "\n    %%asset shop\n    1\n",
        steps="%%asset total deps=shop defer\nsum(prices)",
        then={"total": "stale dependencies: dependency added shop"},
        gives={"total": 30},
    ),
    Scenario(
        do="You take a dependency away again.",
        why="The value that was made without it is still kept.",
        cells=SHOP + "\n    %%asset shop\n    1\n",
        steps=("%%asset total deps=shop\nsum(prices)", "%%asset total\nsum(prices)"),
        runs="total",
        then={"total": "fresh"},
        gives={"total": 30},
    ),
    Scenario(
        do="You make a body read another asset.",
        why="Reading a name is all it takes to depend on it.",
        cells=SHOP + "\n    %%asset extra\n    5\n",
        steps="%%asset total\nsum(prices) + extra",
        runs="total",
        then={"total": "fresh"},
        gives={"total": 35},
    ),
    Scenario(
        do="You stop reading an asset, and then change that.",
        why="The old edge is gone with the old code.",
        cells=SHOP + "\n    %%asset extra\n    5\n\n    %%asset sum_all\n    total + extra\n",
        steps=("%%asset sum_all\ntotal", "%%asset extra\n6"),
        runs="sum_all extra",
        then={"sum_all": "fresh", "extra": "fresh"},
    ),
    Scenario(
        do="You edit a body so that assets depend on each other in a circle.",
        why="That cannot be registered; all stays as it was, and the values too.",
        cells=SHOP,
        steps=("%%asset prices\n[total]", edit("prices", "%%asset prices\n[10, 20]")),
        error="cycle",
        then={"prices": "fresh", "total": "fresh"},
    ),
    Scenario(
        do="You edit a body so that it reads its own asset.",
        why="An asset cannot be made from itself.",
        cells=SHOP,
        steps=("%%asset total\ntotal = total + 1", edit("total", "%%asset total\nsum(prices)")),
        error="total reads itself",
        then={"total": "fresh"},
    ),
    Scenario(
        do="You run a body with a syntax error, then mend it.",
        why="What cannot be read leaves the last good definition and value.",
        cells=SHOP,
        steps=("%%asset prices\n[10,, 20]", "%%asset prices\n[10, 20]"),
        error="invalid syntax",
        then={"prices": "fresh", "total": "fresh"},
    ),
    Scenario(
        do="You give an argument that does not exist (`%%asset total depps=a`), then mend it.",
        why="A mistake in the first line leaves all as it was, and names the nearest argument.",
        cells=SHOP,
        steps=("%%asset total depps=prices\nsum(prices)", "%%asset total\nsum(prices)"),
        error="deps",
        then={"total": "fresh"},
    ),
    Scenario(
        do="You register an asset that reads one that does not exist yet.",
        why="It waits for it.",
        cells="""
            %%asset total defer
            sum(prices)
            """,
        begins="total",
        steps="%%asset prices\n[1, 2]",
        runs="prices",
        then={"prices": "fresh", "total": "missing data: it has not been materialized yet"},
        gives={"total": 3},
    ),
    Scenario(
        do="You run the cell of an asset that reads one that does not exist.",
        why="The error names what is missing; nothing else changes.",
        cells=SHOP,
        steps="%%asset report\ntotal + tax",
        error="tax",
        then={"report": "missing dependencies: upstream tax is not defined yet"},
        again="",
    ),
    Scenario(
        do="Another cell registers an asset of the same name.",
        why="The last one counts, and a warning names both cells.",
        cells=SHOP,
        steps=edit("other", "%%asset prices\n[1, 2]"),
        runs="prices",
        then={"prices": "fresh", "total": "stale data: upstream prices has a new value"},
        says="prices",
        gives={"total": 3},
    ),
    Scenario(
        do="A cell makes two assets; you change the code so that only one of the values changes.",
        why="A cell is the unit of running, an asset the unit of staleness.",
        cells="""
            %%multi_asset low high
            low, high = 1, 9

            %%asset from_low
            low * 2

            %%asset from_high
            high * 2
            """,
        steps="%%multi_asset low high\nlow, high = 1, 10",
        runs="low",
        then={"from_low": "fresh", "from_high": "stale data: upstream high has a new value"},
        gives={"from_high": 20},
    ),
    Scenario(
        do="You take one of the two assets out of that cell.",
        why="What the cell made and does not make any more is gone.",
        cells="""
            %%multi_asset low high
            low, high = 1, 9

            %%asset from_high
            high * 2
            """,
        steps=edit("low", "%%asset low\n1"),
        runs="low",
        then={
            "low": "fresh",
            "high": "gone",
            "from_high": "stale dependencies: upstream high is not defined yet",
        },
        again="",
    ),
    Scenario(
        do="You bind an asset to another variable (`bind=`), and change the code that reads it.",
        why="The name that is read changes, the asset does not.",
        cells=SHOP,
        steps=("%%asset prices bind=p\n[10, 20]", "%%asset total\nsum(p)"),
        runs="prices total",
        then={"prices": "fresh", "total": "fresh"},
    ),
    Scenario(
        do="You give an asset a prefix (`key_prefix=shop`).",
        why="It is another asset then, bound to the same variable; what reads the variable follows.",
        cells=SHOP,
        steps="%%asset prices key_prefix=shop\n[10, 20]",
        runs="prices",
        then={
            "shop/prices": "fresh",
            "prices": "gone",
            "total": "stale dependencies: dependency added shop/prices and removed prices",
        },
        gives={"total": 30},
    ),
    Scenario(
        do="You write the same asset as a function: `@asset def prices()`.",
        why="It is other code with the same value.",
        cells=SHOP,
        steps=(
            edit("prices", "from asset_magic import asset\n@asset\ndef prices():\n    return [10, 20]"),
            "%materialize",
        ),
        then={"prices": "fresh", "total": "fresh"},
    ),
    Scenario(
        do="You move a cell to the end of the notebook and run all.",
        why="The order of cells does not count for assets, as long as all that they need is there.",
        cells="""
            %%asset a
            1

            %%asset b
            2

            %%asset c
            a + b
            """,
        steps=(lambda user: user.nb.cells.update({"a": user.nb.cells.pop("a")}), run_all),
        then={"a": "fresh", "b": "fresh", "c": "fresh"},
    ),
]
