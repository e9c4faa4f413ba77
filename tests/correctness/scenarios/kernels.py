"""The extension's own life, and front ends that send no ids of cells."""

from __future__ import annotations

from correctness.scenarios.actions import edit, rerun, run_all
from correctness.scenarios.scenario import Scenario

TITLE = "The extension, and front ends without cell ids"

SHOP = """
    rate = 1

    %%asset prices
    [10 * rate, 20]

    %%asset total
    sum(prices)
    """

SCENARIOS = [
    Scenario(
        do="You `%load_ext asset_magic` a second time.",
        why="Loading it again changes nothing.",
        cells=SHOP,
        steps="%load_ext asset_magic",
        then={"prices": "fresh", "total": "fresh"},
        says="already loaded",
    ),
    Scenario(
        do="You `%unload_ext`, `%load_ext` and run all.",
        why="A new session knows only what runs in it.",
        cells=SHOP,
        steps=("%unload_ext asset_magic", "%load_ext asset_magic", run_all),
        runs="prices total",
        then={"prices": "fresh", "total": "fresh"},
    ),
    Scenario(
        do="You change a variable while the extension is not loaded.",
        why="It looks at values, not at what it saw happen.",
        cells=SHOP,
        steps=("%unload_ext asset_magic", "rate = 2", "%load_ext asset_magic", rerun("prices", "total")),
        runs="prices total",
        then={"prices": "fresh", "total": "fresh"},
        gives={"total": 40},
    ),
    Scenario(
        do="Without cell ids: you change a variable.",
        why="Staleness is a matter of values; ids are not needed.",
        cells=SHOP,
        steps="rate = 2",
        ids=False,
        then={"prices": "stale global: rate 1 -> 2", "total": "stale data: upstream prices is stale"},
        gives={"total": 40},
    ),
    Scenario(
        do="Without cell ids: you change a body.",
        why="An asset is known by its name.",
        cells=SHOP,
        steps="%%asset prices\n[1, 2]",
        ids=False,
        runs="prices",
        then={"prices": "fresh", "total": "stale data: upstream prices has a new value"},
        gives={"total": 3},
    ),
    Scenario(
        do="Without cell ids: you rename an asset, and `%forget` the old one.",
        why="Nobody can tell that it was the same cell, so the old asset stays until you forget it.",
        policy="Better an asset too many than one that disappears because two cells look alike.",
        cells=SHOP,
        steps=(edit("prices", "%%asset costs\n[10 * rate, 20]"), "%forget prices"),
        ids=False,
        runs="costs",
        then={
            "costs": "fresh",
            "prices": "gone",
            "total": "stale dependencies: upstream prices is not defined yet",
        },
        again="",
    ),
    Scenario(
        do="Without cell ids: a plain variable was computed from an asset that changes.",
        why="What a cell read is known without its id.",
        cells="""
            %%asset orders
            [1, 2, 3]

            n = len(orders)

            %%asset mean
            6 / n
            """,
        ids=False,
        steps="%%asset orders\n[1, 2]",
        runs="orders",
        then={"mean": "stale global: n was computed in In[n] from an older orders; run that cell"},
        again="",
        mend="n",
        gives={"mean": 3.0},
    ),
    Scenario(
        do="Without cell ids: a base variable changes, from which another plain cell computed one.",
        why="Nobody can tell an edit of that cell from another cell that reuses the name.",
        policy="Without ids each run is another cell, and a rebinding by another cell does not count, since scratch "
        "names are reused. Run the second cell again, as Run All does.",
        cells="""
            base = 10

            limit = base * 2

            %%asset top
            limit + 1
            """,
        ids=False,
        steps=("base = 20", rerun("limit")),
        then={"top": "stale global: limit 20 -> 40"},
        gives={"top": 41},
    ),
    Scenario(
        do="Without cell ids: you run all again, unchanged.",
        why="Nothing has changed.",
        cells=SHOP,
        ids=False,
        steps=run_all,
        then={"prices": "fresh", "total": "fresh"},
    ),
]
