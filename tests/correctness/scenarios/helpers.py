"""Functions, classes and decorators of the notebook that bodies call."""

from __future__ import annotations

from correctness.scenarios.actions import edit, rerun
from correctness.scenarios.scenario import Scenario

TITLE = "Helper functions and classes"

CHAIN = """
    scale = 2

    def inner(x):
        return x * scale

    def outer(x):
        return inner(x) + 1

    %%asset a
    outer(10)
    """

CLASS = """
    class Shop:
        rate = 2
        def total(self, x):
            return x * self.rate

    %%asset a
    Shop().total(10)
    """


def caused(reason: str, **gives: object) -> dict:
    """What most of these say: the one asset is stale for one reason."""
    return {"then": {"a": f"stale global: {reason}"}, "gives": gives}


SCENARIOS = [
    Scenario(
        do="You change a function that an asset calls.",
        why="Its code is part of what the value was made from.",
        cells=CHAIN,
        steps="""
            def outer(x):
                return inner(x) + 2
            """,
        **caused("helper outer changed", a=22),
    ),
    Scenario(
        do="You change a function that this function calls.",
        why="Functions are followed all the way down.",
        cells=CHAIN,
        steps="""
            def inner(x):
                return x * scale * 10
            """,
        **caused("helper inner changed (through outer)", a=201),
    ),
    Scenario(
        do="You change a variable that a function of a function reads.",
        why="What helpers read counts as read by the asset.",
        cells=CHAIN,
        steps="scale = 3",
        **caused("scale 2 -> 3 (through inner, outer)", a=31),
    ),
    Scenario(
        do="You change the comment, the layout or the docstring of a helper.",
        why="It does the same.",
        cells=CHAIN,
        steps='''
            def inner(x):
                """Scale x."""
                # by the scale
                return (x * scale)
            ''',
        then={"a": "fresh"},
    ),
    Scenario(
        do="You run the unchanged cell of a helper again.",
        why="It is another function object with the same code.",
        cells=CHAIN,
        steps=rerun("inner", "outer"),
        then={"a": "fresh"},
    ),
    Scenario(
        do="You change a helper and change it back.",
        why="Only what holds now counts.",
        cells=CHAIN,
        steps=("def inner(x):\n    return 0", "def inner(x):\n    return x * scale"),
        then={"a": "fresh"},
    ),
    Scenario(
        do="You change a helper that no asset calls.",
        why="Nobody reads it.",
        cells=CHAIN + "\n    def unused(x):\n        return 1\n",
        steps="def unused(x):\n    return 2",
        then={"a": "fresh"},
    ),
    Scenario(
        do="You make a helper call another asset.",
        why="The asset depends on it now.",
        cells="""
            %%asset base
            5

            def f(x):
                return x

            %%asset a
            f(1)
            """,
        steps="""
            def f(x):
                return x + base
            """,
        then={"a": "stale: helper f changed"},
        gives={"a": 6},
    ),
    Scenario(
        do="An asset reads another one through a helper only; that one gets another value.",
        why="The helper reads it, so the asset depends on it.",
        cells="""
            %%asset base
            5

            def f(x):
                return x + base

            %%asset a
            f(1)
            """,
        steps="""
            %%asset base
            6
            """,
        runs="base",
        then={"a": "stale data: upstream base has a new value"},
        gives={"a": 7},
    ),
    Scenario(
        do="You change a method of a class.",
        why="A class is its methods and attributes.",
        cells=CLASS,
        steps="""
            class Shop:
                rate = 2
                def total(self, x):
                    return x * self.rate + 1
            """,
        **caused("helper Shop changed", a=21),
    ),
    Scenario(
        do="You change an attribute of a class.",
        why="A class is its methods and attributes.",
        cells=CLASS,
        steps="""
            class Shop:
                rate = 3
                def total(self, x):
                    return x * self.rate
            """,
        **caused("helper Shop changed", a=30),
    ),
    Scenario(
        do="You change a base class and run the cell of the class again.",
        why="What is inherited counts.",
        cells="""
            class Base:
                rate = 2

            class Shop(Base):
                pass

            %%asset a
            Shop.rate
            """,
        steps=("class Base:\n    rate = 3", rerun("Shop")),
        **caused("helper Shop changed", a=3),
    ),
    Scenario(
        do="You change a decorator and run the decorated function's cell again.",
        why="What the decorator made of the function is what is called.",
        cells="""
            def loud(f):
                return lambda x: f(x) + "!"

            @loud
            def greet(x):
                return x

            %%asset a
            greet("hi")
            """,
        steps=('def loud(f):\n    return lambda x: f(x) + "!!"', rerun("greet")),
        **caused("helper greet changed", a="hi!!"),
    ),
    Scenario(
        do="You change a decorator and do not run the decorated function's cell again.",
        why="The function in the kernel is still the old one, and a new kernel would have another.",
        cells="""
            def loud(f):
                return lambda x: f(x) + "!"

            @loud
            def greet(x):
                return x

            %%asset a
            greet("hi")
            """,
        steps='def loud(f):\n    return lambda x: f(x) + "!!"',
        then={"a": "stale global: greet was computed in In[greet] from an older loud; run that cell"},
        again="",
        mend="greet",
        gives={"a": "hi!!"},
    ),
    Scenario(
        do="You change what a closure holds: `times2 = make(2)` becomes `make(3)`.",
        why="A function that another one made carries what it was made with.",
        cells="""
            def make(n):
                return lambda x: n * x

            times = make(2)

            %%asset a
            times(5)
            """,
        steps="times = make(3)",
        **caused("helper times changed", a=15),
    ),
    Scenario(
        do="You change an argument of `functools.partial`.",
        why="What is bound in it counts.",
        cells="""
            from functools import partial

            cube = partial(pow, exp=3)

            %%asset a
            cube(2)
            """,
        steps="cube = partial(pow, exp=4)",
        **caused("helper cube changed", a=16),
    ),
    Scenario(
        do="You change a helper behind `functools.lru_cache`.",
        why="The function inside counts, and what it remembers of the old one is forgotten.",
        cells="""
            from functools import lru_cache

            @lru_cache
            def slow(x):
                return x + 1

            %%asset a
            slow(1)
            """,
        steps="""
            @lru_cache
            def slow(x):
                return x + 2
            """,
        **caused("helper slow changed", a=3),
    ),
    Scenario(
        do="You change a variable that a caching helper reads.",
        why="Its memory is cleared before the body runs: a hit from before would not be what a new kernel gives.",
        cells="""
            from functools import lru_cache

            base = 1

            @lru_cache
            def slow(x):
                return x + base

            %%asset a
            slow(1)
            """,
        steps="base = 10",
        **caused("base 1 -> 10 (through slow)", a=11),
    ),
    Scenario(
        do="You change a function that stands in a dict of functions.",
        why="Small tables of functions are followed, too.",
        cells="""
            steps = {"double": lambda x: 2 * x}

            %%asset a
            steps["double"](5)
            """,
        steps='steps = {"double": lambda x: 3 * x}',
        then={"a": "stale global: steps changed"},
        gives={"a": 15},
    ),
    Scenario(
        do="You change a helper that is called only by a lambda in the body.",
        why="It is read all the same.",
        cells="""
            def f(x):
                return x + 1

            %%asset a
            list(map(lambda x: f(x), [1, 2]))
            """,
        steps="def f(x):\n    return x + 2",
        **caused("helper f changed", a=[3, 4]),
    ),
    Scenario(
        do="You change the default value of a parameter of a helper.",
        why="A default value is part of the function.",
        cells="""
            def f(x, n=2):
                return x * n

            %%asset a
            f(1)
            """,
        steps="def f(x, n=3):\n    return x * n",
        **caused("helper f changed", a=3),
    ),
    Scenario(
        do="Two helpers call each other, and you change one.",
        why="Circles are followed once around.",
        cells="""
            def even(n):
                return n == 0 or odd(n - 1)

            def odd(n):
                return n != 0 and even(n - 1)

            %%asset a
            even(4)
            """,
        steps="def odd(n):\n    return False",
        **caused("helper odd changed (through even)", a=False),
    ),
    Scenario(
        do="You change the class of an object that a variable holds, and run the variable's cell again.",
        why="An object of the notebook's own class is its content and its class.",
        cells="""
            class Model:
                def predict(self):
                    return 1

            model = Model()

            %%asset a
            model.predict()
            """,
        steps=("class Model:\n    def predict(self):\n        return 2", rerun("model")),
        **caused("model changed", a=2),
    ),
    Scenario(
        do="You delete a helper (`del f`) that an asset calls.",
        why="The asset could not be made again.",
        cells="""
            def f(x):
                return x + 1

            %%asset a
            f(1)
            """,
        steps=edit("f", "def f(x):\n    return x + 1\ndel f"),
        then={"a": "stale dependencies: upstream f is not defined yet"},
        again="",
    ),
]
