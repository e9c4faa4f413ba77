"""Several plain cells that bind one name."""

from __future__ import annotations

from correctness.scenarios.actions import rerun
from correctness.scenarios.scenario import Scenario

TITLE = "Several cells for one name"

SCENARIOS = [
    Scenario(
        do="You reuse a scratch name: another cell binds `n` again with the same value.",
        why="Scratch names are reused all the time; what counts is the value.",
        cells="""
            n = 3

            %%asset double
            2 * n
            """,
        steps="# other\nn = 3",
        then={"double": "fresh"},
    ),
    Scenario(
        do="Another cell binds `n` to another value.",
        why="The asset would be made from the new one; Run All would give that, too.",
        cells="""
            n = 3

            %%asset double
            2 * n
            """,
        steps="# other\nn = 4",
        then={"double": "stale global: n 3 -> 4"},
        gives={"double": 8},
    ),
    Scenario(
        do="`rate = 1`, an asset, `rate = 2`, another asset: you run all again.",
        why="In the end `rate` is 2 for all; one pass leaves the first asset stale.",
        policy="The last binding counts, wherever the asset's cell stands.",
        cells="""
            rate = 1

            %%asset first
            10 * rate

            # second_rate
            rate = 2

            %%asset second
            100 * rate
            """,
        steps=rerun("rate", "first", "second_rate", "second"),
        runs="",
        then={"first": "stale global: rate", "second": "fresh"},
        again="",
        gives={"first": 20, "second": 200},
    ),
    Scenario(
        do="A second cell binds `rate`, which an asset reads.",
        why="Only the order on the page tells which of them counts in a new kernel; you are told of both.",
        policy="The last that ran counts. Cells that bind equal values disagree on nothing.",
        cells="""
            rate = 1

            %%asset total
            10 * rate
            """,
        steps="# other\nrate = 2",
        then={"total": "stale global: rate 1 -> 2"},
        says="rate, which total reads, is bound in In[other] and In[rate]: In[other] counts now",
        flags={"total": "rate is bound in In[other] and In[rate]"},
        gives={"total": 20},
    ),
    Scenario(
        do="After that you run the first of the two cells alone.",
        why="It counts now, although the other one stands below it. The warning says so; run the other one again.",
        cells="""
            rate = 1

            # other
            rate = 2

            %%asset total
            10 * rate
            """,
        steps=rerun("rate"),
        then={"total": "stale global: rate 2 -> 1"},
        says="In[rate] counts now, in a new kernel the one that stands last in the notebook",
        mend="other",
        gives={"total": 20},
    ),
    Scenario(
        do="Of `rows = [1]` and, below it, `rows = rows + [2]`, you run the first alone and materialize.",
        why="Steps that go on from each other are no rivals; that the second has not run since is told.",
        cells="""
            rows = [1]

            # more
            rows = rows + [2]

            %%asset total
            sum(rows)
            """,
        steps=(rerun("rows"), "%materialize"),
        runs="total",
        then={"total": "fresh"},
        says="is as In[rows] bound it: In[more], which went on from there, has not run since",
        flags={"total": "rows is as In[rows] bound it: In[more], which went on from there, has not run since"},
        mend="more",
        gives={"total": 3},
    ),
]
