"""What flows from asset to asset, and where it stops."""

from __future__ import annotations

from correctness.scenarios.actions import rerun
from correctness.scenarios.scenario import Scenario

TITLE = "Upstream and early cutoff"

DIAMOND = """
    %%asset root
    3

    %%asset left
    root % 2

    %%asset right
    root * 10

    %%asset join
    (left, right)
    """

CHAIN = """
    n = 4

    %%asset even
    n % 2 == 0

    %%asset word
    "even" if even else "odd"

    %%asset shout
    word.upper()
    """

SCENARIOS = [
    Scenario(
        do="You change a variable, and the first asset of a chain gives an equal value.",
        why="What comes after the equal value does not run (early cutoff).",
        cells=CHAIN,
        steps="n = 6",
        then={"even": "stale global: n 4 -> 6", "word": "stale data", "shout": "stale data: upstream word is stale"},
        again="even",
        gives={"shout": "EVEN"},
    ),
    Scenario(
        do="The same, and it gives another value.",
        why="The new value flows down.",
        cells=CHAIN,
        steps="n = 5",
        then={"even": "stale global: n 4 -> 5", "word": "stale data", "shout": "stale data"},
        gives={"shout": "ODD"},
    ),
    Scenario(
        do="The root of a diamond changes; one side gives an equal value, the other does not.",
        why="The equal side ends there, and the join runs because of the other one.",
        cells=DIAMOND,
        steps="%%asset root\n5",
        runs="root",
        then={"left": "stale data", "right": "stale data: upstream root has a new value", "join": "stale data"},
        gives={"join": (1, 50)},
    ),
    Scenario(
        do="You run the cell of an asset whose upstream is stale.",
        why="What it needs is refreshed first, and only that.",
        cells=DIAMOND,
        steps=("%%asset root defer\n5", rerun("left")),
        runs="root left",
        then={"root": "fresh", "left": "fresh", "right": "stale data", "join": "stale data: upstream right is stale"},
        gives={"join": (1, 50)},
    ),
    Scenario(
        do="You change the root and change it back after all has run.",
        why="All kept values return and nothing runs.",
        cells=DIAMOND,
        steps=("%%asset root\n5", "%materialize", "%%asset root\n3"),
        runs="root left right join",
        then={"left": "stale data", "right": "stale data", "join": "stale data"},
        again="",
        gives={"join": (1, 30)},
    ),
    Scenario(
        do="An upstream asset without a value (it writes a file) runs again.",
        why="Nobody can tell whether what it did is the same, so each run counts as new.",
        cells="""
            %%asset written
            open("out.txt", "w").write("1") and None

            %%asset read deps=written
            open("out.txt").read()
            """,
        steps="%materialize written --force",
        runs="written",
        then={"read": "stale data: upstream written ran again; it has no value, so each run counts as new"},
        gives={"read": "1"},
    ),
    Scenario(
        do="It states a `DataVersion` and runs again with the same one.",
        why="You say what its version is.",
        cells="""
            %%asset written
            from asset_magic import DataVersion, MaterializeResult
            open("out.txt", "w").write("1")
            MaterializeResult(data_version=DataVersion("1"))

            %%asset read deps=written
            open("out.txt").read()
            """,
        steps="%materialize written --force",
        runs="written",
        then={"read": "fresh"},
    ),
    Scenario(
        do="The value of an upstream asset is a `Path`, and its run writes other content to that file.",
        why="A path stands for the content of its file.",
        cells="""
            text = "1"

            %%asset file
            from pathlib import Path
            Path("out.txt").write_text(text)
            Path("out.txt")

            %%asset read
            file.read_text()
            """,
        steps=("text = '2'", rerun("file")),
        runs="file",
        then={"read": "stale data: upstream file has a new value"},
        gives={"read": "2"},
    ),
    Scenario(
        do="An upstream value cannot be compared (a lock), and its cell runs again with `--force`.",
        why="Without a stable content each run counts as new, and the cause says so.",
        cells="""
            %%asset lock
            import threading
            threading.Lock()

            %%asset name
            type(lock).__name__
            """,
        steps="%materialize lock --force",
        runs="lock",
        then={"name": "stale data: so each run counts as new"},
        gives={"name": "lock"},
        varies="lock",
    ),
    Scenario(
        do="A table is equal but for the type of a column (integers to floats).",
        why="Types count: `1` and `1.0` print differently.",
        cells="""
            import pandas as pd

            %%asset frame
            pd.DataFrame({"a": [1, 2]})

            %%asset text
            str(frame.a[0])
            """,
        steps="""
            %%asset frame
            pd.DataFrame({"a": [1.0, 2.0]})
            """,
        runs="frame",
        then={"text": "stale data: upstream frame has a new value"},
        gives={"text": "1.0"},
    ),
    Scenario(
        do="A table is equal but for the name of a column.",
        why="Names are part of the value (a common hash of tables ignores them).",
        cells="""
            import pandas as pd

            %%asset frame
            pd.DataFrame({"a": [1, 2]})

            %%asset names
            list(frame)
            """,
        steps="""
            %%asset frame
            pd.DataFrame({"b": [1, 2]})
            """,
        runs="frame",
        then={"names": "stale data"},
        gives={"names": ["b"]},
    ),
    Scenario(
        do="Two objects differ only five levels deep.",
        why="Values are compared in full, at any depth.",
        cells="""
            %%asset deep
            {"a": [{"b": [{"c": [1]}]}]}

            %%asset text
            repr(deep)
            """,
        steps="""
            %%asset deep
            {"a": [{"b": [{"c": [2]}]}]}
            """,
        runs="deep",
        then={"text": "stale data"},
        gives={"text": "{'a': [{'b': [{'c': [2]}]}]}"},
    ),
    Scenario(
        do="One number of a large array changes in the middle.",
        why="All of it is compared, not a sample.",
        cells="""
            import numpy as np

            where = 3

            %%asset big
            big = np.zeros(200_000)
            big[100_000] = where

            %%asset top
            float(big.max())
            """,
        steps=("where = 4", rerun("big")),
        runs="big",
        then={"top": "stale data"},
        gives={"top": 4.0},
    ),
    Scenario(
        do="An asset is upstream by `deps=` alone (no value is passed) and gets another value.",
        why="What you declare counts, although nothing is passed.",
        cells="""
            %%asset a
            1

            %%asset b deps=a
            2
            """,
        steps="%%asset a\n3",
        runs="a",
        then={"b": "stale data: upstream a has a new value"},
        gives={"b": 2},
    ),
    Scenario(
        do="You force the root of a diamond to run, and it gives the same value.",
        why="Early cutoff also holds for what you force.",
        cells=DIAMOND,
        steps="%materialize root --force",
        runs="root",
        then={"left": "fresh", "right": "fresh", "join": "fresh"},
    ),
    Scenario(
        do="An upstream asset draws unseeded random numbers and is forced to run.",
        why="Its value is another one, so what follows is stale; unforced it is kept.",
        cells="""
            %%asset draw
            import random
            draw = random.SystemRandom().random()

            %%asset shown
            shown = 0 * draw
            """,
        steps="%materialize draw --force",
        runs="draw",
        then={"shown": "stale data: upstream draw has a new value"},
        varies="draw",
    ),
]
