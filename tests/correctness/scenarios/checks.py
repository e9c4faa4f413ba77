"""Checks: when they are evaluated, and what a failed one stops."""

from __future__ import annotations

from correctness.scenarios.actions import edit, rerun
from correctness.scenarios.scenario import Scenario

TITLE = "Checks"

CHECKED = """
    limit = 50

    %%asset total
    30

    %%asset_check total name=small blocking
    total < limit

    %%asset report
    f"{total}"
    """

SCENARIOS = [
    Scenario(
        do="You run the cell of a check again.",
        why="Its verdict follows from data and code, and both are the same.",
        cells=CHECKED,
        steps=rerun("small"),
        then={"total": "fresh", "report": "fresh"},
    ),
    Scenario(
        do="The data change, and the check still passes.",
        why="It is evaluated again with the new data.",
        cells=CHECKED,
        steps="%%asset total\n40",
        runs="total small",
        then={"total": "fresh", "report": "stale data: upstream total has a new value"},
        gives={"report": "40"},
    ),
    Scenario(
        do="The data change, and a blocking check fails.",
        why="The new value stays; nothing downstream runs until the check passes.",
        cells=CHECKED,
        steps="%%asset total\n60",
        runs="total small",
        error="the blocking check small of total did not pass",
        then={"total": "fresh", "report": "stale data: upstream total has a new value"},
        again="",
    ),
    Scenario(
        do="After that, you mend the data.",
        why="The kept value and its verdict return.",
        cells=CHECKED,
        steps=(edit("total", "%%asset total\n30"), rerun("report")),
        then={"total": "fresh", "report": "fresh"},
    ),
    Scenario(
        do="You edit the check so that it passes, after it had failed.",
        why="What it held back may run.",
        cells="""
            %%asset total
            60

            %%asset_check total name=small blocking
            total < 50

            %%asset report
            f"{total}"
            """,
        begins="report",
        steps="%%asset_check total name=small blocking\ntotal < 100",
        runs="small",
        then={"total": "fresh", "report": "missing data: its blocking check small did not pass"},
        gives={"report": "60"},
    ),
    Scenario(
        do="You change a variable that a check reads, and its verdict stays.",
        why="The check is evaluated again at the next run; the asset itself stays fresh.",
        cells=CHECKED,
        steps="limit = 40",
        then={"total": "fresh", "report": "fresh"},
        again="small",
    ),
    Scenario(
        do="You change only the comment of a check.",
        why="It means the same.",
        cells=CHECKED,
        steps="%%asset_check total name=small blocking\n# not too much\ntotal < limit",
        then={"total": "fresh", "report": "fresh"},
    ),
    Scenario(
        do="A check that does not block fails.",
        why="It is shown, and everything goes on.",
        cells="""
            %%asset total
            30

            %%asset_check total name=small
            total < 50

            %%asset report
            f"{total}"
            """,
        steps="%%asset total\n60",
        runs="total small",
        then={"total": "fresh", "report": "stale data: upstream total has a new value"},
        gives={"report": "60"},
    ),
    Scenario(
        do="A blocking check with `severity=warn` fails.",
        why="A warning does not block, as in Dagster.",
        cells="""
            %%asset total
            30

            %%asset_check total name=small blocking severity=warn
            total < 50

            %%asset report
            f"{total}"
            """,
        steps="%%asset total\n60",
        runs="total small",
        then={"total": "fresh", "report": "stale data"},
        gives={"report": "60"},
    ),
    Scenario(
        do="You turn a check's cell into a plain cell.",
        why="The check is gone, and what it held back may run.",
        cells="""
            %%asset total
            60

            %%asset_check total name=small blocking
            total < 50

            %%asset report
            f"{total}"
            """,
        begins="report",
        steps=edit("small", "pass"),
        then={"report": "missing data"},
        gives={"report": "60"},
    ),
    Scenario(
        do="A check's code raises an error.",
        why="A check that cannot run has not passed.",
        cells=CHECKED,
        steps="%%asset_check total name=small blocking\n1 / 0",
        runs="small",
        error="division by zero",
        then={"total": "fresh", "report": "fresh"},
        again="",
        differs="report",
        policy="What was made before the check failed stays fresh; a new kernel would not come to make it.",
    ),
]
