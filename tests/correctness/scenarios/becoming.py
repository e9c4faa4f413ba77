"""Cells that become something else."""

from __future__ import annotations

from correctness.scenarios.actions import delete, edit
from correctness.scenarios.scenario import Scenario

TITLE = "Cells that become something else"

SCENARIOS = [
    Scenario(
        do="Two cells swap the names of their assets.",
        why="An asset is known by its name; what reads them sees both values changed.",
        cells="""
            %%asset a
            1

            %%asset b
            2

            %%asset pair
            (a, b)
            """,
        steps=(edit("a", "%%asset b\n1"), edit("b", "%%asset a\n2")),
        runs="a b",
        then={"a": "fresh", "b": "fresh", "pair": "stale data: upstream a has a new value"},
        gives={"pair": (2, 1)},
    ),
    Scenario(
        do="You turn an asset's cell into a check of another asset.",
        why="What a cell made and does not make any more is gone.",
        cells="""
            %%asset a
            1

            %%asset b
            2
            """,
        steps=edit("b", "%%asset_check a name=positive\na > 0"),
        runs="positive",
        then={"a": "fresh", "b": "gone"},
    ),
    Scenario(
        do="You turn an asset's cell into a source asset of the same name.",
        why="It stands for a file now, whose content is another value.",
        cells="""
            %%asset notes
            "hello"

            %%asset shown
            str(notes)
            """,
        files={"notes.txt": "hello"},
        steps=edit("notes", "%source_asset notes path=notes.txt"),
        then={"notes": "fresh", "shown": "stale source: source notes changed"},
        gives={"shown": "notes.txt"},
    ),
    Scenario(
        do="You rename an asset to the name of a plain variable that another asset reads.",
        why="The name now means the asset.",
        cells="""
            v = 5

            %%asset a
            1

            %%asset c
            v + 1
            """,
        steps=edit("a", "%%asset v\n1"),
        runs="v",
        then={"v": "fresh", "a": "gone", "c": "stale dependencies: dependency added v"},
        gives={"c": 2},
    ),
    Scenario(
        do="You turn a helper function into an asset of the same name.",
        why="What read the function depends on the asset now.",
        cells="""
            def rate():
                return 1

            %%asset a
            rate() if callable(rate) else rate
            """,
        steps=edit("rate", "%%asset rate\n5"),
        runs="rate",
        then={"rate": "fresh", "a": "stale dependencies: dependency added rate"},
        gives={"a": 5},
    ),
    Scenario(
        do="You turn an asset into a helper function of the same name.",
        why="What read the asset reads the function now.",
        cells="""
            %%asset rate
            5

            %%asset a
            rate() if callable(rate) else rate
            """,
        steps=edit("rate", "def rate():\n    return 1"),
        then={"rate": "gone", "a": "stale dependencies: dependency removed rate"},
        gives={"a": 1},
    ),
    Scenario(
        do="You swap the inputs of an asset: `ins=x=p,y=q` becomes `ins=x=q,y=p`.",
        why="The body is the same and gives another value, so what stands in the first line counts.",
        cells="""
            %%asset p
            1

            %%asset q
            2

            %%asset pair ins=x=p,y=q
            (x, y)
            """,
        steps="%%asset pair ins=x=q,y=p defer\n(x, y)",
        then={"pair": "stale code: its definition changed"},
        gives={"pair": (2, 1)},
    ),
    Scenario(
        do="You delete and `%forget` an asset, and bind its name in a new plain cell.",
        why="What read the asset reads the variable.",
        cells="""
            %%asset a
            1

            %%asset b
            a + 1
            """,
        steps=(delete("a"), "%forget a", "# plain\na = 10"),
        then={"a": "gone", "b": "stale dependencies: dependency removed a"},
        gives={"b": 11},
    ),
    Scenario(
        do="A dependency without a value (`deps=a`) is deleted and forgotten.",
        why="It is part of what the value was made from, although nothing of it was passed.",
        cells="""
            %%asset a
            1

            %%asset b deps=a
            2
            """,
        steps=(delete("a"), "%forget a"),
        then={"a": "gone", "b": "stale dependencies: upstream a is not defined yet"},
        again="",
    ),
    Scenario(
        do="A body that may give no value (`output_required=false`) gives none any more.",
        why="The last value does not follow from what there is now, so it is stale, and so is what reads it.",
        cells="""
            k = 1

            %%asset a output_required=false
            k if k > 0 else None

            %%asset b
            a + 1
            """,
        steps=("k = -1", "%materialize"),
        runs="a",
        then={"a": "stale data: it has no new value", "b": "stale data: upstream a is stale"},
        again="a",
    ),
]
