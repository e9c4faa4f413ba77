"""Values that are changed in place, and variables of assets that are bound anew."""

from __future__ import annotations

from correctness.scenarios.actions import rerun
from correctness.scenarios.scenario import Scenario

TITLE = "Changes in place"

PRICES = """
    %%asset prices
    [10, 20]

    %%asset total
    sum(prices)
    """

FRAME = """
    import pandas as pd

    %%asset frame
    pd.DataFrame({"a": [1, 2]})

    %%asset total
    int(frame.a.sum())
    """

SCENARIOS = [
    Scenario(
        do="A plain cell appends to the list of an asset.",
        why="The value is put back, and a warning names the cell.",
        cells=PRICES,
        steps="# more\nprices.append(30)",
        then={"prices": "fresh", "total": "fresh"},
        says="In[more] changed prices in place; it was put back",
        gives={"prices": [10, 20]},
    ),
    Scenario(
        do="A plain cell changes it under another name: `other = prices`, then `other.append(30)`.",
        why="It is the same list.",
        cells=PRICES,
        steps=("other = prices", "other.append(30)"),
        then={"prices": "fresh", "total": "fresh"},
        gives={"prices": [10, 20]},
    ),
    Scenario(
        do="A plain cell adds a column to the table of an asset.",
        why="It is put back: make the column in an asset of its own.",
        cells=FRAME,
        steps='frame["b"] = 1',
        then={"frame": "fresh", "total": "fresh"},
        says="changed frame in place; it was put back",
    ),
    Scenario(
        do="A plain cell writes into a view of an asset's array.",
        why="Views are the array.",
        cells="""
            import numpy as np

            %%asset numbers
            np.arange(4)

            %%asset total
            int(numbers.sum())
            """,
        steps=("view = numbers[1:3]", "view[:] = 99"),
        then={"numbers": "fresh", "total": "fresh"},
        gives={"total": 6},
    ),
    Scenario(
        do="A plain cell sorts the list of an asset through a function.",
        why="Who changed it does not matter.",
        cells=PRICES,
        steps="""
            def turn(items):
                items.reverse()

            turn(prices)
            """,
        then={"prices": "fresh", "total": "fresh"},
        gives={"prices": [10, 20]},
    ),
    Scenario(
        do="The body of an asset changes its input in place.",
        why="The input is put back after the run, and the warning names the culprit. Its own value stays as made.",
        cells=PRICES,
        steps="""
            %%asset total
            prices.append(70)
            sum(prices)
            """,
        runs="total",
        then={"prices": "fresh", "total": "fresh"},
        says="prices",
        gives={"prices": [10, 20], "total": 100},
    ),
    Scenario(
        do="A helper changes the table that an asset passes to it.",
        why="The same, through a function.",
        cells=FRAME
        + """
    def clean(df):
        df["a"] = 0
        return df
    """,
        steps="""
            %%asset cleaned
            len(clean(frame))
            """,
        runs="cleaned",
        then={"frame": "fresh", "cleaned": "fresh", "total": "fresh"},
        says="frame",
        gives={"total": 3},
    ),
    Scenario(
        do="An object of your own class gets another attribute in a plain cell.",
        why="Objects are compared by their content.",
        cells="""
            class Box:
                def __init__(self, size):
                    self.size = size

            %%asset box
            Box(3)

            %%asset size
            box.size
            """,
        steps="box.size = 4",
        then={"box": "fresh", "size": "fresh"},
        says="changed box in place",
        gives={"size": 3},
    ),
    Scenario(
        do="You bind an asset's variable anew in a plain cell: `prices = [1]`.",
        why="The asset's value is the recorded one; the flag tells which cell took the name.",
        cells=PRICES,
        steps="# mine\nprices = [1]",
        then={"prices": "fresh", "total": "fresh"},
        flags={"prices": "the variable prices was rebound by In[mine]; dependents read the recorded value"},
        gives={"total": 30},
    ),
    Scenario(
        do="After that you run the cell of an asset that reads it.",
        why="It reads the recorded value, not what the variable holds.",
        cells=PRICES,
        steps=("# mine\nprices = [1]", "%%asset total\nsum(prices) + 1"),
        runs="total",
        then={"prices": "fresh", "total": "fresh"},
        gives={"total": 31},
    ),
    Scenario(
        do="You delete an asset's variable: `del prices`.",
        why="The value is kept; what reads it gets it from there.",
        cells=PRICES,
        steps=("del prices", "%%asset total\nsum(prices) + 1"),
        runs="total",
        then={"prices": "fresh", "total": "fresh"},
        gives={"total": 31},
    ),
    Scenario(
        do="You write `prices = sorted(prices)` in a plain cell.",
        why="The variable is yours until the asset's cell runs again, which binds it again.",
        cells=PRICES,
        steps=("# mine\nprices = sorted(prices)", rerun("prices")),
        then={"prices": "fresh", "total": "fresh"},
    ),
    Scenario(
        do="A cell reads a `cached_property`, which stores its result in the object.",
        why="Filling in what follows from the content is no change.",
        cells="""
            from functools import cached_property

            class Box:
                def __init__(self):
                    self.sides = [1, 2, 3]
                @cached_property
                def volume(self):
                    return 6

            %%asset box
            Box()

            %%asset sides
            len(box.sides)
            """,
        steps="box.volume",
        then={"box": "fresh", "sides": "fresh"},
    ),
    Scenario(
        do="A cell looks at `G.nodes` of a graph.",
        why="The library stores a view there; the graph is the same.",
        cells="""
            import networkx as nx

            %%asset graph
            nx.path_graph(3)

            %%asset count
            len(graph)
            """,
        steps="list(graph.nodes)",
        then={"graph": "fresh", "count": "fresh"},
        varies="graph",
    ),
    Scenario(
        do="A body appends to a list of the notebook, and you force it to run again.",
        why="Each run sees the list as its plain cell left it, so the value is the same each time.",
        cells="""
            seen = []

            %%asset count
            seen.append(1)
            len(seen)
            """,
        steps="%materialize --force",
        runs="count",
        then={"count": "fresh"},
        gives={"count": 1},
    ),
    Scenario(
        do="Two assets share a part: `both = [base]`; a plain cell changes the part through one of them.",
        why="Both are put back.",
        cells="""
            %%asset base
            [1, 2]

            %%asset both
            [base]

            %%asset total
            sum(both[0])
            """,
        steps="both[0].append(9)",
        then={"base": "fresh", "both": "fresh", "total": "fresh"},
        gives={"base": [1, 2], "both": [[1, 2]]},
    ),
    Scenario(
        do="A plain cell changes a list in place and changes it back.",
        why="The content is what it was.",
        cells=PRICES,
        steps="prices.append(1); prices.pop()",
        then={"prices": "fresh", "total": "fresh"},
    ),
]
