"""Bodies that fail, are skipped or are interrupted."""

from __future__ import annotations

from correctness.scenarios.actions import edit, remove, rerun, write
from correctness.scenarios.scenario import Scenario

TITLE = "Failures and interrupts"

CHAIN = """
    n = 2

    %%asset half
    10 / n

    %%asset text
    f"{half:.1f}"

    %%asset apart
    n + 1
    """

STOP = """
    go = 1

    %%asset first
    go + 1

    %%asset second
    import os
    second = first * 10
    if os.path.exists("stop"):
        raise KeyboardInterrupt

    %%asset third
    second + 1
    """

SCENARIOS = [
    Scenario(
        do="A body fails after an edit.",
        why="The last good value stays, and counts as stale.",
        cells=CHAIN,
        steps="%%asset half\n1 / 0",
        runs="half",
        error="division by zero",
        then={"half": "stale code: its code changed", "text": "stale data: upstream half is stale"},
        again="half",
    ),
    Scenario(
        do="You undo that edit.",
        why="The last good value was made from this code, so nothing runs.",
        cells=CHAIN,
        steps=("%%asset half\nundefined_name_of_mine()", edit("half", "%%asset half\n10 / n")),
        error="undefined_name_of_mine",
        then={"half": "fresh", "text": "fresh"},
    ),
    Scenario(
        do="A variable makes a body fail; you materialize all.",
        why="What reads it is skipped; what does not goes on.",
        cells=CHAIN,
        steps=("n = 0", "%materialize"),
        runs="half apart",
        error="division by zero",
        then={"half": "stale global: n 2 -> 0", "text": "stale data: upstream half is stale", "apart": "fresh"},
        again="half",
        gives={"apart": 1},
    ),
    Scenario(
        do="You set that variable back after the failure.",
        why="The last good values hold again, and what ran meanwhile is kept, too.",
        cells=CHAIN,
        steps=("n = 0", "%materialize", "n = 2"),
        runs="half apart",
        error="division by zero",
        then={"half": "fresh", "text": "fresh", "apart": "stale global: n 0 -> 2"},
        again="",
        gives={"apart": 3},
    ),
    Scenario(
        do="You run the cell of an asset whose upstream fails.",
        why="It did not run, and the error says because of what.",
        cells=CHAIN,
        steps=("n = 0", rerun("text")),
        runs="half",
        error="text did not run: upstream half failed",
        then={
            "half": "stale global: n 2 -> 0",
            "text": "stale data: upstream half is stale",
            "apart": "stale global: n 2 -> 0",
        },
        again="half apart",
    ),
    Scenario(
        do="A new body fails the first time.",
        why="There is no value, and the cause says why.",
        cells=CHAIN,
        steps="%%asset new\n1 / 0",
        runs="new",
        error="division by zero",
        then={"new": "missing data: the last run failed: ZeroDivisionError: division by zero"},
        again="new",
    ),
    Scenario(
        do="You interrupt a run (Ctrl-C) in its second body.",
        why="What has finished stays finished; the rest is as it was before.",
        cells=STOP,
        steps=("go = 2", write("stop", ""), "%materialize", remove("stop")),
        runs="first second",
        error="KeyboardInterrupt",
        then={
            "first": "fresh",
            "second": "stale data: upstream first has a new value",
            "third": "stale data: upstream second is stale",
        },
        gives={"third": 31},
    ),
    Scenario(
        do="A body fails because a file is missing, and the file appears.",
        why="The next run has it.",
        cells="""
            %%asset text
            open("notes.txt").read()

            %%asset size
            len(text)
            """,
        begins="text size",
        steps=write("notes.txt", "hello"),
        then={"text": "missing data: the last run failed", "size": "missing data"},
        gives={"size": 5},
    ),
    Scenario(
        do="A body gives a generator.",
        why="It could be read only once, so it is refused, with the advice to make it a list.",
        cells=CHAIN,
        steps="%%asset half\n(i for i in range(3))",
        runs="half",
        error="list",
        then={"half": "stale code", "text": "stale data"},
        again="half",
    ),
    Scenario(
        do="A helper fails after an edit, and you mend it in another way.",
        why="Each version of the helper is another one; only the last counts.",
        cells="""
            def f(x):
                return x + 1

            %%asset a
            f(1)
            """,
        steps=("def f(x):\n    return x / 0", "%materialize", "def f(x):\n    return x + 2"),
        runs="a",
        error="division by zero",
        then={"a": "stale global: helper f changed"},
        gives={"a": 3},
    ),
    Scenario(
        do="A body fails, but what it does depends on nothing that changed; you run it again.",
        why="A failure is never kept as a result: it is tried again each time.",
        cells=CHAIN,
        steps=("%%asset new\nraise OSError('busy')", rerun("new")),
        runs="new new",
        error="busy",
        then={"new": "missing data: the last run failed: OSError: busy"},
        again="new",
    ),
]
