"""Which names a body reads, and which are its own."""

from __future__ import annotations

from correctness.scenarios.actions import rerun
from correctness.scenarios.scenario import Scenario

TITLE = "Names and scope"

SCENARIOS = [
    Scenario(
        do="A body uses a scratch name `df` that a plain cell uses, too; you change the plain one.",
        why="What a body binds itself is its own.",
        cells="""
            df = 1

            %%asset a
            df = 5
            df + 1
            """,
        steps="df = 2",
        then={"a": "fresh"},
    ),
    Scenario(
        do="A body binds a scratch name, and a plain cell looks for it.",
        why="What a body assigns stays inside, except the asset itself.",
        cells="""
            %%asset a
            scratch = 5
            scratch + 1
            """,
        steps="scratch",
        error="name 'scratch' is not defined",
        says="scratch is bound in the cell of a, which keeps its names to itself",
        then={"a": "fresh"},
    ),
    Scenario(
        do="A body reads a name, then binds it: `x = x + 1`. You change the plain `x`.",
        why="It read the notebook's before it had its own.",
        cells="""
            x = 1

            %%asset a
            x = x + 1
            x
            """,
        steps="x = 5",
        then={"a": "stale global: x 1 -> 5"},
        gives={"a": 6},
    ),
    Scenario(
        do="A name is read only inside a lambda, a nested function or a comprehension of the body.",
        why="It is read all the same.",
        cells="""
            rate = 2

            %%asset a
            f = lambda n: [n * rate for _ in range(2)]
            f(3)
            """,
        steps="rate = 3",
        then={"a": "stale global: rate 2 -> 3"},
        gives={"a": [9, 9]},
    ),
    Scenario(
        do="A name is read only in an f-string.",
        why="An f-string is code.",
        cells="""
            who = "Ada"

            %%asset a
            f"Hello {who}"
            """,
        steps='who = "Grace"',
        then={"a": "stale global: who 'Ada' -> 'Grace'"},
        gives={"a": "Hello Grace"},
    ),
    Scenario(
        do="A name is a default value: `def f(x=rate)` in the body.",
        why="Defaults are evaluated when the function is defined.",
        cells="""
            rate = 2

            %%asset a
            def f(x=rate):
                return x
            f()
            """,
        steps="rate = 3",
        then={"a": "stale global: rate 2 -> 3"},
        gives={"a": 3},
    ),
    Scenario(
        do="A parameter has the name of a notebook variable, which you change.",
        why="A parameter is the function's own.",
        cells="""
            rate = 2

            %%asset a
            def f(rate):
                return rate
            f(1)
            """,
        steps="rate = 3",
        then={"a": "fresh"},
    ),
    Scenario(
        do="A class body, a `match` and an `except … as` bind names that the notebook has, too.",
        why="All of them bind names of the body's own.",
        cells="""
            size = 1

            problem = 2

            rest = 3

            %%asset a
            class Box:
                size = 5
            try:
                1 / 0
            except ZeroDivisionError as problem:
                pass
            match [1, 2]:
                case [_, *rest]:
                    found = rest
            (Box.size, found)
            """,
        steps=("size = 10", "problem = 20", "rest = 30"),
        then={"a": "fresh"},
    ),
    Scenario(
        do="A body reads `y` after `[y := n for n in numbers]`; you change the notebook's `y`.",
        why="If there were no numbers, it would read the notebook's.",
        policy="Code is read, not watched: what may be read counts as read.",
        cells="""
            y = 9

            %%asset a
            [y := n for n in range(3)]
            y
            """,
        steps="y = 10",
        then={"a": "stale global: y 9 -> 10"},
        gives={"a": 2},
    ),
    Scenario(
        do='A name is met only in `df.query("a < @limit")` and declared by `uses=limit`; you change it.',
        why="Text is not read, so you name it.",
        cells="""
            import pandas as pd

            limit = 2

            %%asset frame
            pd.DataFrame({"a": [1, 2, 3]})

            %%asset few uses=limit
            len(frame.query("a < @limit"))
            """,
        steps="limit = 3",
        then={"few": "stale global: limit 2 -> 3"},
        gives={"few": 2},
    ),
    Scenario(
        do='A name is met only in `eval("x + 1")`, and is not declared.',
        why="What is not named cannot be read: better an error than a value that nothing follows.",
        cells="""
            x = 1

            %%asset a
            1
            """,
        steps="""
            %%asset a
            eval("x + 1")
            """,
        runs="a",
        error="uses=x",
        then={"a": "stale"},
        again="a",
    ),
    Scenario(
        do='A body asks for `globals()["rate"]`.',
        why="What is not named is not there.",
        cells="""
            rate = 1

            %%asset a
            1
            """,
        steps="%%asset a\nglobals()['rate']",
        runs="a",
        error="rate",
        then={"a": "stale code: its code changed"},
        again="a",
    ),
    Scenario(
        do="A body has a star import (`from math import *`), and you bind one of its names in a plain cell.",
        why="What a star import brings is known only when it runs, so the notebook's name counts as read.",
        policy="One run too many, rather than one too few.",
        cells="""
            floor = 3

            %%asset a
            from math import *
            floor(2.5)
            """,
        steps="floor = 4",
        then={"a": "stale global: floor 3 -> 4"},
        gives={"a": 2},
    ),
    Scenario(
        do="Names have letters beyond ASCII (`größe`), and you change one.",
        why="Names are names.",
        cells="""
            größe = 1

            %%asset fläche
            größe * 2
            """,
        steps="größe = 2",
        then={"fläche": "stale global: größe 1 -> 2"},
        gives={"fläche": 4},
    ),
    Scenario(
        do="A name is met only in `%time` or `!echo {name}` inside a body.",
        why="Magics and shell commands are read for names, too.",
        cells="""
            who = "Ada"

            %%asset a
            out = !echo {who}
            out[0]
            """,
        steps='who = "Grace"',
        then={"a": "stale global: who 'Ada' -> 'Grace'"},
        gives={"a": "Grace"},
    ),
    Scenario(
        do="A body imports a module under a name that the notebook has, too; you change that.",
        why="The body imports its own.",
        cells="""
            m = 1

            %%asset a
            import math as m
            m.floor(2.5)
            """,
        steps="m = 2",
        then={"a": "fresh"},
    ),
    Scenario(
        do="You define a variable with the name of a builtin that a body calls (`len`).",
        why="The body would now call yours.",
        cells="""
            %%asset a
            len([1, 2])
            """,
        steps="""
            def len(x):
                return 7
            """,
        then={"a": "stale global: helper len changed"},
        gives={"a": 7},
    ),
    Scenario(
        do="You define an asset with the name of a builtin that another body calls (`sum`).",
        why="The name now means your asset, so the other one depends on it. It is told before it fails.",
        cells="""
            %%asset a
            sum([1, 2])
            """,
        steps="""
            %%asset sum
            5
            """,
        runs="sum",
        then={"sum": "fresh", "a": "stale dependencies: dependency added sum"},
    ),
    Scenario(
        do="A helper reads `limit` if there is one, and 0 if not; you define `limit`.",
        why="Names that are not there yet are waited for.",
        cells="""
            def top():
                try:
                    return limit
                except NameError:
                    return 0

            %%asset a
            top()
            """,
        steps="limit = 4",
        then={"a": "stale global: limit changed (through top)"},
        gives={"a": 4},
    ),
    Scenario(
        do="A body binds a name in one branch only and reads it after.",
        why="In the other branch the notebook's counts, so it is read.",
        cells="""
            flag = False

            x = 1

            %%asset a
            if flag:
                x = 10
            x
            """,
        steps="x = 2",
        then={"a": "stale global: x 1 -> 2"},
        gives={"a": 2},
    ),
    Scenario(
        do="A body writes to a notebook name through `global`.",
        why="`global` means the body's own names there, so the notebook's `count` stays what it is.",
        cells="""
            count = 1

            %%asset a
            def raise_it():
                global count
                count = 5
            raise_it()
            count
            """,
        steps=rerun("count", "a"),
        then={"a": "fresh"},
        gives={"a": 5},
    ),
    Scenario(
        do="The asset's own name is also a plain variable of yours.",
        why="Running the asset's cell binds the variable; a body reads its own earlier value as a variable.",
        cells="""
            %%asset total
            total = 5

            %%asset report
            total + 1
            """,
        steps="# mine\ntotal = 100",
        then={"total": "fresh", "report": "fresh"},
        flags={"total": "the variable total was rebound by In[mine]; dependents read the recorded value"},
        policy="What a dependent reads is the recorded value, never what a plain cell put in its place.",
    ),
]
