"""Plain cells that bind in other ways: with magics, in branches and loops, half of the way, by star imports."""

from __future__ import annotations

from correctness.scenarios.actions import edit, rerun, scratch, write
from correctness.scenarios.scenario import Scenario

TITLE = "Plain cells of other kinds"

ORDERS = """
    %%asset orders
    [1, 2]
    """
COUNT = """
    %%asset count
    n
    """
OTHER_ORDERS = "%%asset orders\n[1, 2, 3]"


def counted(do: str, cell: str, id: str) -> Scenario:
    """A cell that computes n from the asset orders, in some way."""
    return Scenario(
        do=do,
        why="The cell is read as what it runs.",
        cells=f"{ORDERS}\n\n    {cell}\n\n{COUNT}",
        steps=OTHER_ORDERS,
        runs="orders",
        then={"count": f"stale global: n was computed in In[{id}] from an older orders; run that cell"},
        again="",
        mend=id,
        gives={"count": 3},
    )


SCENARIOS = [
    counted(
        "`%time n = len(orders)` in a plain cell; `orders` changes.", "# timed\n    %time n = len(orders)", "timed"
    ),
    counted(
        "A plain cell below `%%time` computes `n` from `orders`, which changes.", "%%time\n    n = len(orders)", "n"
    ),
    counted("The same below `%%capture`.", "%%capture out\n    n = len(orders)", "n"),
    Scenario(
        do="`out = !echo {who}` in a plain cell; you change `who`.",
        why="Shell commands are read for names, too.",
        cells="""
            who = "Ada"

            # shell
            out = !echo {who}

            %%asset greeted
            out[0]
            """,
        steps='who = "Grace"',
        then={"greeted": "stale global: out was computed in In[shell] from an older who; run that cell"},
        again="",
        mend="shell",
        gives={"greeted": "Grace"},
    ),
    Scenario(
        do="An asset reads the loop variable that a plain cell leaves behind; the loop changes.",
        why="A loop binds its variable like any cell.",
        cells="""
            # loop
            for k in range(3):
                pass

            %%asset last
            k
            """,
        steps=edit("loop", "for k in range(5):\n    pass"),
        then={"last": "stale global: k 2 -> 4"},
        gives={"last": 4},
    ),
    Scenario(
        do="A plain cell binds `x` only `if flag`; you set `flag = False` and run it again.",
        why="The old `x` is still there, and in a new kernel it would not be.",
        cells="""
            flag = True

            # maybe
            if flag:
                x = 1

            %%asset a
            x + 1
            """,
        steps=("flag = False", rerun("maybe")),
        then={"a": "stale global: x is left over from an earlier In[maybe]"},
        again="",
    ),
    Scenario(
        do="A plain cell binds `x`, fails, and does not come to `y`; an asset reads both.",
        why="What it came to is new, and the rest is left over.",
        cells="""
            x = 1
            y = 2

            %%asset both
            (x, y)
            """,
        steps=edit("x", "x = 5\n1 / 0\ny = 2"),
        error="division by zero",
        then={"both": "stale global: y is left over from an earlier In[x]"},
    ),
    Scenario(
        do="After `from math import *` you define `pi = 4.5` in another cell.",
        why="Names from star imports are variables like others.",
        cells="""
            from math import *

            %%asset whole
            floor(pi)
            """,
        steps="pi = 4.5",
        then={"whole": "stale global: pi 3.14"},
        gives={"whole": 4},
    ),
    Scenario(
        do="After `from utils import *` you edit that module, reload it and run the import again.",
        why="The functions of local modules are followed, however they were imported.",
        cells="""
            from utils import *

            %%asset scaled
            scale(2)
            """,
        files={"utils.py": "def scale(x):\n    return x * 2\n"},
        steps=(
            write("utils.py", "def scale(x):\n    return x * 30\n"),
            scratch("import importlib, utils; importlib.reload(utils)"),
            rerun("utils"),
        ),
        then={"scaled": "stale global: helper scale changed"},
        gives={"scaled": 60},
    ),
    Scenario(
        do="You edit a function that a decorator writes into a table (`REG[name] = f`), and run its cell.",
        why="The cell added to what it had added before, so that the table is no clean run's.",
        policy="Run the cell of the table and then this one. A table that is made whole by one cell needs no care.",
        cells="""
            REG = {}

            def register(f):
                REG[f.__name__] = f
                return f

            @register
            def h(x):
                return x + 1

            %%asset a
            REG["h"](1)
            """,
        steps="@register\ndef h(x):\n    return x + 2",
        then={"a": "stale global: In[h] ran again on its own result; run In[REG], then In[h]"},
        mend="REG h",
        gives={"a": 3},
    ),
    Scenario(
        do="You set an attribute of a class in another cell: `Shop.rate = 3`.",
        why="The class counts as it is, wherever that was said.",
        cells="""
            class Shop:
                rate = 2

            %%asset a
            Shop.rate
            """,
        steps="Shop.rate = 3",
        then={"a": "stale global: helper Shop changed"},
        gives={"a": 3},
    ),
    Scenario(
        do="Two names stand for one list (`x = y = []`); a body appends to `x` and reads `y`.",
        why="A run gets copies that belong together as the variables do.",
        cells="""
            x = y = [1]

            %%asset a
            x.append(2)
            len(y)
            """,
        steps=rerun("x", "a"),
        then={"a": "fresh"},
        gives={"a": 2},
    ),
]
