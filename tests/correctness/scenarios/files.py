"""Files that assets are made from."""

from __future__ import annotations

from correctness.scenarios.actions import edit, remove, rerun, scratch, touch, write
from correctness.scenarios.scenario import Scenario

TITLE = "Sources and files"

SOURCE = """
    %source_asset orders path=orders.csv

    %%asset count
    len(orders.read_text().splitlines())

    %%asset report
    f"{count} orders"
    """

READ = """
    %%asset count
    len(open("orders.csv").read().splitlines())
    """

ORDERS = {"orders.csv": "a\nb\n"}

SCENARIOS = [
    Scenario(
        do="The content of a source file changes.",
        why="A source is as new as the content of its file.",
        cells=SOURCE,
        files=ORDERS,
        steps=write("orders.csv", "a\nb\nc\n"),
        then={"count": "stale source: source orders changed", "report": "stale data: upstream count is stale"},
        gives={"report": "3 orders"},
    ),
    Scenario(
        do="A source file is touched, or written again with the same content.",
        why="The content counts, not the time.",
        cells=SOURCE,
        files=ORDERS,
        steps=(touch("orders.csv"), write("orders.csv", "a\nb\n")),
        then={"count": "fresh", "report": "fresh"},
    ),
    Scenario(
        do="The content changes, and what reads it gives an equal value.",
        why="Early cutoff holds from sources on, too.",
        cells=SOURCE,
        files=ORDERS,
        steps=write("orders.csv", "a\nz\n"),
        then={"count": "stale source: source orders changed", "report": "stale data"},
        again="count",
        gives={"report": "2 orders"},
    ),
    Scenario(
        do="The content changes and changes back.",
        why="Only what holds now counts.",
        cells=SOURCE,
        files=ORDERS,
        steps=(write("orders.csv", "a\nb\nc\n"), write("orders.csv", "a\nb\n")),
        then={"count": "fresh", "report": "fresh"},
    ),
    Scenario(
        do="You let a source stand for another file.",
        why="The content of that one counts.",
        cells=SOURCE,
        files={**ORDERS, "more.csv": "a\nb\nc\n"},
        steps=edit("orders", "%source_asset orders path=more.csv"),
        then={"count": "stale source: source orders changed", "report": "stale data"},
        gives={"report": "3 orders"},
    ),
    Scenario(
        do="You let a source stand for another file of the same content.",
        why="The content is the same.",
        policy="A body that shows the name of the file is not told.",
        cells=SOURCE,
        files={**ORDERS, "copy.csv": "a\nb\n"},
        steps=edit("orders", "%source_asset orders path=copy.csv"),
        then={"count": "fresh", "report": "fresh"},
    ),
    Scenario(
        do="A source file is deleted.",
        why="What was read is not there any more.",
        cells=SOURCE,
        files=ORDERS,
        steps=remove("orders.csv"),
        then={"count": "stale source: source orders changed", "report": "stale data"},
        again="count",
    ),
    Scenario(
        do="A body opens a file that is no source, and the file changes.",
        why="Files that a body opens are recorded, with a hint to declare them.",
        cells=READ,
        files=ORDERS,
        steps=write("orders.csv", "a\nb\nc\n"),
        then={"count": "stale source: orders.csv changed"},
        flags={"count": "declare it with %source_asset orders_csv path=orders.csv"},
        gives={"count": 3},
    ),
    Scenario(
        do="That file is only touched.",
        why="The content counts.",
        cells=READ,
        files=ORDERS,
        steps=touch("orders.csv"),
        then={"count": "fresh"},
    ),
    Scenario(
        do="A helper opens a file that changes.",
        why="What helpers read counts as read by the asset.",
        cells="""
            def load():
                with open("orders.csv") as file:
                    return file.read()

            %%asset text
            load().upper()
            """,
        files={"orders.csv": "a"},
        steps=write("orders.csv", "b"),
        then={"text": "stale source: orders.csv changed"},
        gives={"text": "B"},
    ),
    Scenario(
        do="`pd.read_csv` reads a file that changes.",
        why="Libraries that open files in Python are seen.",
        cells="""
            import pandas as pd

            %%asset frame
            pd.read_csv("orders.csv")
            """,
        files={"orders.csv": "a\n1\n"},
        steps=write("orders.csv", "a\n1\n2\n"),
        then={"frame": "stale source: orders.csv changed"},
    ),
    Scenario(
        do="`pd.read_parquet` reads a file that changes.",
        why="It opens the file outside of Python; the name in the code tells.",
        cells="""
            import pandas as pd

            pd.DataFrame({"a": [1, 2]}).to_parquet("orders.parquet")

            %%asset total
            int(pd.read_parquet("orders.parquet").a.sum())
            """,
        steps=edit(
            'pd.DataFrame({"a": [1, 2]}).to_parquet("orders.parquet")',
            'pd.DataFrame({"a": [1, 5]}).to_parquet("orders.parquet")',
        ),
        then={"total": "stale source: orders.parquet changed"},
        gives={"total": 6},
    ),
    Scenario(
        do="The name of a file is in a variable; the file changes.",
        why="What is opened counts, however it is named.",
        cells="""
            path = "orders.csv"

            %%asset text
            open(path).read()
            """,
        files={"orders.csv": "a"},
        steps=write("orders.csv", "b"),
        then={"text": "stale source: orders.csv changed"},
        gives={"text": "b"},
    ),
    Scenario(
        do="A source that is a folder gets another file.",
        why="The content of a folder is the names and contents of its files.",
        cells="""
            %source_asset folder path=folder

            %%asset names
            sorted(path.name for path in folder.iterdir())
            """,
        files={"folder/a.txt": "1"},
        steps=write("folder/b.txt", "2"),
        then={"names": "stale source: source folder changed"},
        gives={"names": ["a.txt", "b.txt"]},
    ),
    Scenario(
        do="You set a variable back to a value of which a result is kept, but a file that was read has changed since.",
        why="A kept value is used again only if all that it was made from is the same.",
        cells="""
            k = 1

            %%asset text
            open("orders.csv").read() * k
            """,
        files={"orders.csv": "x"},
        steps=("k = 2", "%materialize", write("orders.csv", "y"), "k = 1"),
        runs="text",
        then={"text": "stale source: orders.csv changed"},
        gives={"text": "y"},
    ),
    Scenario(
        do="A body writes a file, and something changes that file.",
        why="What a body writes is no input of it.",
        policy='The file is not written again: make what must be as written the value (`Path("out.txt")`).',
        cells="""
            %%asset size
            with open("out.txt", "w") as file:
                size = file.write("hello")
            """,
        steps=(write("out.txt", "other"), scratch("1")),
        then={"size": "fresh"},
    ),
    Scenario(
        do="You observe a source that is code (`%%source_asset`), and it states a new version.",
        why="You say what its version is.",
        cells="""
            version = "1"

            %%source_asset table
            from asset_magic import DataVersion
            DataVersion(version)

            %%asset rows deps=table
            3
            """,
        steps=("version = '2'", rerun("table")),
        runs="table",
        then={"rows": "stale source: source table changed"},
        gives={"rows": 3},
    ),
]
