"""Plain cells that read assets and other variables, and bind what assets read."""

from __future__ import annotations

from correctness.scenarios.actions import edit, rerun
from correctness.scenarios.scenario import Scenario

TITLE = "Plain cells between assets"

COUNTED = """
    %%asset orders
    [1, 2, 3]

    n = len(orders)

    %%asset mean
    sum(orders) / n
    """

SCENARIOS = [
    Scenario(
        do="A plain cell computes `n = len(orders)`; you change the asset `orders`; another asset reads `n`.",
        why="`n` was computed from older orders. Running assets cannot mend it; running that cell does.",
        cells=COUNTED,
        steps="""
            %%asset orders
            [1, 2, 3, 4]
            """,
        runs="orders",
        then={"mean": "stale global: n was computed in In[n] from an older orders; run that cell"},
        mend="n",
        gives={"mean": 2.5},
    ),
    Scenario(
        do="The same, and `orders` runs again with an equal value.",
        why="`n` would be the same.",
        cells=COUNTED,
        steps="""
            %%asset orders
            [1, 2, 2 + 1]
            """,
        runs="orders",
        then={"mean": "fresh"},
    ),
    Scenario(
        do="The same, and `orders` is stale and has not run yet.",
        why="The plain cell used what does not hold any more: first materialize, then run the cell.",
        cells="""
            last = 3

            %%asset orders
            [1, 2, last]

            n = len(orders) + sum(orders)

            %%asset report
            f"{n}"
            """,
        steps="last = 4",
        then={
            "orders": "stale global: last 3 -> 4",
            "report": "stale global: n was computed in In[n] from orders, which is stale: "
            "%materialize orders, then run In[n]",
        },
        again="orders",
        mend="n",
        gives={"report": "10"},
    ),
    Scenario(
        do="You change a variable from which another plain cell computed one that an asset reads.",
        why="Plain cells are followed like assets, only that you run them.",
        cells="""
            base = 10

            limit = base * 2

            %%asset top
            limit + 1
            """,
        steps="base = 20",
        then={"top": "stale global: limit was computed in In[limit] from an older base; run that cell"},
        again="",
        mend="limit",
        gives={"top": 41},
    ),
    Scenario(
        do="You set that variable back before you ran the other cell.",
        why="All is as it was.",
        cells="""
            base = 10

            limit = base * 2

            %%asset top
            limit + 1
            """,
        steps=("base = 20", "base = 10"),
        then={"top": "fresh"},
    ),
    Scenario(
        do="You run `k = k + 1` a second time; it stands below `k = 1`.",
        why="It began from its own result, which Run All would not give.",
        cells="""
            k = 1

            # plus
            k = k + 1

            %%asset twice
            2 * k
            """,
        steps=rerun("plus"),
        then={"twice": "stale global: In[plus] ran again on its own result; run In[k], then In[plus]"},
        again="twice",
        mend="k plus",
        gives={"twice": 4},
    ),
    Scenario(
        do="You run `rows.append(3)` a second time.",
        why="The same: the cell added to what it had added before.",
        cells="""
            rows = [1, 2]

            rows.append(3)

            %%asset count
            len(rows)
            """,
        steps=rerun("rows.append(3)"),
        then={"count": "stale global: ran again on its own result"},
        again="count",
        mend="rows rows.append(3)",
        gives={"count": 3},
    ),
    Scenario(
        do="You run `df = df[df.a < 3]` a second time, and it gives the same rows.",
        why="The result is equal, so no harm is done.",
        cells="""
            import pandas as pd

            df = pd.DataFrame({"a": [1, 2, 3]})

            # few
            df = df[df.a < 3]

            %%asset count
            len(df)
            """,
        steps=rerun("few"),
        then={"count": "fresh"},
    ),
    Scenario(
        do="You edit that filter to `df = df[df.a < 9]` and run it alone.",
        why="It works on what its earlier form left over: rows that it dropped are not there.",
        cells="""
            import pandas as pd

            df = pd.DataFrame({"a": [1, 2, 3]})

            # few
            df = df[df.a < 3]

            %%asset count
            len(df)
            """,
        steps=edit("few", "df = df[df.a < 9]"),
        then={"count": "stale global: In[few] ran again on its own result; run In[df], then In[few]"},
        again="",
        mend="df few",
        gives={"count": 3},
    ),
    Scenario(
        do="You edit a plain cell so that it binds `y` where it bound `x`; an asset reads `x`.",
        why="The kernel still has the old `x`, and a new kernel would not.",
        cells="""
            x = 1

            %%asset double
            2 * x
            """,
        steps=edit("x", "y = 1"),
        then={"double": "stale global: x is left over from an earlier In[x]"},
        again="",
    ),
    Scenario(
        do="A helper's cell is edited to define another function; an asset calls the old one.",
        why="A function that no cell defines any more is left over, too.",
        cells="""
            def double(x):
                return 2 * x

            %%asset a
            double(4)
            """,
        steps=edit("double", "def twice(x):\n    return 2 * x"),
        then={"a": "stale global: double is left over from an earlier In[double]"},
        again="",
    ),
    Scenario(
        do="The cell of a variable fails when you run it again.",
        why="A new kernel would not have the variable.",
        cells="""
            x = 1

            %%asset double
            2 * x
            """,
        steps=edit("x", "1 / 0\nx = 1"),
        error="division by zero",
        then={"double": "stale global: x is left over from an earlier In[x]"},
        again="",
    ),
    Scenario(
        do="A plain cell looks at a stale asset.",
        why="You never see a stale result without being told.",
        cells="""
            rate = 2

            %%asset total
            10 * rate
            """,
        steps=("rate = 3", "print(total)"),
        then={"total": "stale global: rate 2 -> 3"},
        says="total is stale (rate 2 -> 3): this cell shows its older value",
    ),
    Scenario(
        do="A plain cell looks at a stale asset through a function.",
        why="What a function reads counts as read by the cell that calls it.",
        cells="""
            rate = 2

            %%asset total
            10 * rate

            def show():
                return total
            """,
        steps=("rate = 3", "show()"),
        then={"total": "stale global: rate 2 -> 3"},
        says="total is stale (rate 2 -> 3): this cell shows its older value",
    ),
    Scenario(
        do="You run a plain cell that computes from an asset, without a change.",
        why="It gives what it gave.",
        cells=COUNTED,
        steps=rerun("n"),
        then={"mean": "fresh"},
    ),
    Scenario(
        do="A plain cell computes from a helper that reads an asset; the asset changes.",
        why="What the helper reads counts for the cell that calls it.",
        cells="""
            %%asset orders
            [1, 2, 3]

            def count():
                return len(orders)

            n = count()

            %%asset mean
            6 / n
            """,
        steps="""
            %%asset orders
            [1, 2]
            """,
        runs="orders",
        then={"mean": "stale global: n was computed in In[n] from an older orders; run that cell"},
        again="",
        mend="n",
        gives={"mean": 3.0},
    ),
    Scenario(
        do="A chain of three plain cells stands between two assets; the first asset changes.",
        why="All of them are followed; the first that is out of date is named.",
        cells="""
            %%asset orders
            [1, 2, 3]

            n = len(orders)

            m = n + 1

            k = m * 2

            %%asset last
            k
            """,
        steps="""
            %%asset orders
            [1]
            """,
        runs="orders",
        then={"last": "stale global: n was computed in In[n] from an older orders; run that cell"},
        again="",
        mend="n m k",
        gives={"last": 4},
    ),
    Scenario(
        do="You edit a plain cell between assets in form only.",
        why="It gives the same value.",
        cells=COUNTED,
        steps=edit("n", "# how many\nn = len( orders )"),
        then={"mean": "fresh"},
    ),
]
