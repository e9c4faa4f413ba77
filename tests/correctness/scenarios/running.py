"""Ways of running assets: all, some, forced, with their upstream or without."""

from __future__ import annotations

from correctness.scenarios.actions import rerun
from correctness.scenarios.scenario import Scenario

TITLE = "Running assets"

SHOP = """
    rate = 1

    %%asset prices
    [10 * rate, 20]

    %%asset total group=sums
    sum(prices)

    %%asset apart
    rate + 100
    """

SCENARIOS = [
    Scenario(
        do="You `%materialize` when all is fresh.",
        why="There is nothing to do.",
        cells=SHOP,
        steps="%materialize",
        then={"total": "fresh"},
        says="3 assets up to date",
    ),
    Scenario(
        do="You change a variable and `%materialize total`.",
        why="What it needs upstream is brought up to date as well, and nothing else.",
        cells=SHOP,
        steps=("rate = 2", "%materialize total"),
        runs="prices total",
        then={"prices": "fresh", "total": "fresh", "apart": "stale global: rate 1 -> 2"},
        gives={"total": 40},
    ),
    Scenario(
        do="You change a variable and `%materialize total --only`.",
        why="`--only` leaves the upstream alone: its recorded value is used, so `total` stays stale on its account.",
        cells=SHOP,
        steps=("rate = 2", "%materialize total --only"),
        then={
            "prices": "stale global: rate 1 -> 2",
            "total": "stale data: upstream prices is stale",
            "apart": "stale global",
        },
        gives={"total": 40},
    ),
    Scenario(
        do="You `%materialize total --force` when all is fresh.",
        why="`--force` runs what is selected, and not its upstream.",
        cells=SHOP,
        steps="%materialize total --force",
        runs="total",
        then={"prices": "fresh", "total": "fresh"},
    ),
    Scenario(
        do="You run a cell with `%%asset total force` when it is fresh.",
        why="It runs; `force` is no part of the definition.",
        cells=SHOP,
        steps="%%asset total group=sums force\nsum(prices)",
        runs="total",
        then={"total": "fresh"},
    ),
    Scenario(
        do="You change a variable and `%materialize --dry-run`.",
        why="A plan runs nothing.",
        cells=SHOP,
        steps=("rate = 2", "%materialize --dry-run"),
        then={"prices": "stale global: rate 1 -> 2", "total": "stale data", "apart": "stale global"},
        gives={"total": 40},
    ),
    Scenario(
        do="You materialize a group: `%materialize group:sums`.",
        why="The selection, and what it needs.",
        cells=SHOP,
        steps=("rate = 2", "%materialize group:sums"),
        runs="prices total",
        then={"total": "fresh", "apart": "stale global: rate 1 -> 2"},
        gives={"apart": 102},
    ),
    Scenario(
        do="You materialize a selection that does not exist (`%materialize totl`).",
        why="It is an error with a suggestion, and nothing runs.",
        cells=SHOP,
        steps="%materialize totl",
        error="total",
        then={"total": "fresh"},
    ),
    Scenario(
        do="You go through three values of a variable and back to the first.",
        why="Any kept value that was made from what holds now is used, not only the latest.",
        cells=SHOP,
        steps=("rate = 2", "%materialize", "rate = 3", "%materialize", "rate = 1"),
        runs="prices total apart prices total apart",
        then={"prices": "stale global: rate 3 -> 1", "total": "stale data", "apart": "stale global"},
        again="",
        gives={"total": 30, "apart": 101},
    ),
    Scenario(
        do="You swap the values of two inputs and swap them back.",
        why="Each input counts by its own name.",
        cells="""
            a = 1

            b = 2

            %%asset pair
            (a, b)
            """,
        steps=("a, b = 2, 1", "%materialize", "a, b = 1, 2"),
        runs="pair",
        then={"pair": "stale global: a 2 -> 1"},
        again="",
        gives={"pair": (1, 2)},
    ),
    Scenario(
        do='A plain cell asks for `assets["total"].value` of a stale asset.',
        why="It gives the recorded value and runs nothing.",
        cells=SHOP,
        steps=("rate = 2", "from asset_magic import assets", "assets['total'].value == 30 or 1 / 0"),
        then={"prices": "stale global", "total": "stale data", "apart": "stale global"},
        gives={"total": 40},
    ),
    Scenario(
        do="One cell sets a variable and materializes.",
        why="The cell is looked at while it runs.",
        cells=SHOP,
        steps="# both\nrate = 2\n%materialize",
        runs="prices total apart",
        then={"prices": "fresh", "total": "fresh", "apart": "fresh"},
        gives={"total": 40},
    ),
    Scenario(
        do="You run a chain's cells from bottom to top after a change at the top.",
        why="Each cell brings what it needs up to date first; the order of running does not count.",
        cells=SHOP,
        steps=("rate = 2", rerun("total", "prices", "apart")),
        runs="prices total apart",
        then={"prices": "fresh", "total": "fresh", "apart": "fresh"},
        gives={"total": 40},
    ),
]
