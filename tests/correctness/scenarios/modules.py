"""Modules: installed ones, and files beside the notebook."""

from __future__ import annotations

from correctness.scenarios.actions import edit, rerun, scratch, write
from correctness.scenarios.scenario import Scenario

TITLE = "Modules"

UTILS = {"utils.py": "RATE = 2\n\ndef scale(x):\n    return x * RATE\n\ndef other(x):\n    return x\n"}
EDITED = UTILS["utils.py"].replace("RATE = 2", "RATE = 3  # more")
RELOAD = "import importlib; importlib.reload(utils)"

WHOLE = """
    import utils

    %%asset a
    utils.scale(10)
    """

NAMED = """
    from utils import scale

    %%asset a
    scale(10)
    """

SCENARIOS = [
    Scenario(
        do="You edit a module beside the notebook, and do not reload it.",
        why="The kernel still runs the old code. The flag says that the file is newer.",
        policy="The asset is fresh by the code that this kernel holds; a restart makes it stale.",
        cells=WHOLE,
        files=UTILS,
        steps=write("utils.py", EDITED),
        then={"a": "fresh"},
        flags={"a": "utils.py on disk is newer than what this kernel holds"},
        differs="a",
    ),
    Scenario(
        do="You edit it and look before it is reloaded; then you reload it.",
        why="The code that the kernel holds is another one now.",
        cells=WHOLE,
        files=UTILS,
        steps=(write("utils.py", EDITED), scratch(RELOAD)),
        then={"a": "stale global: helper utils.scale changed"},
        gives={"a": 30},
    ),
    Scenario(
        do="You reload a module that has not changed.",
        why="The content counts, not the act.",
        cells=WHOLE,
        files=UTILS,
        steps=scratch(RELOAD),
        then={"a": "fresh"},
    ),
    Scenario(
        do="You edit only a comment of that module and reload it.",
        why="It does the same.",
        cells=WHOLE,
        files=UTILS,
        steps=(write("utils.py", "# about rates\n" + UTILS["utils.py"]), scratch(RELOAD)),
        then={"a": "fresh"},
    ),
    Scenario(
        do="After `from utils import scale` you edit what `scale` reads there, reload, and run the import again.",
        why="Functions of local modules are followed like those of the notebook.",
        cells=NAMED,
        files=UTILS,
        steps=(write("utils.py", EDITED), scratch("import utils; " + RELOAD), rerun("utils")),
        then={"a": "stale global: helper scale changed"},
        gives={"a": 30},
    ),
    Scenario(
        do="After `from utils import scale` you edit another function of the module, and do all of that again.",
        why="Only what is named, and what that reads, counts.",
        cells=NAMED,
        files=UTILS,
        steps=(
            write("utils.py", UTILS["utils.py"].replace("return x\n", "return x + 1000\n")),
            scratch("import utils; " + RELOAD),
            rerun("utils"),
        ),
        then={"a": "fresh"},
    ),
    Scenario(
        do="A body imports a local module itself; you edit and reload it.",
        why="What a body imports counts, too.",
        cells="""
            %%asset a
            import utils
            utils.scale(10)
            """,
        files=UTILS,
        steps=(write("utils.py", EDITED), scratch("import utils; " + RELOAD)),
        then={"a": "stale global: module utils changed"},
        gives={"a": 30},
    ),
    Scenario(
        do="You bind another module to the name: `import math as m` becomes `import statistics as m`.",
        why="It is another module.",
        cells="""
            # lib
            import math as m

            %%asset a
            m.__name__
            """,
        steps=edit("lib", "import statistics as m"),
        then={"a": "stale global: module m"},
        gives={"a": "statistics"},
    ),
    Scenario(
        do="You import a module in another way: `import math as m, os` becomes two lines.",
        why="The name means the same module.",
        cells="""
            # lib
            import math as m, os

            %%asset a
            m.floor(2.5)
            """,
        steps=edit("lib", "import os\nimport math as m"),
        then={"a": "fresh"},
    ),
    Scenario(
        do="A library is upgraded from 1.2.3 to 1.2.4 and reloaded.",
        why="By default the first two numbers count (`%config AssetMagic.module_versions`).",
        policy="`exact` counts all of it, `off` nothing.",
        cells="""
            # lib
            import types, sys
            fake = types.ModuleType("fake_library")
            fake.__version__ = "1.2.3"
            fake.__spec__ = __import__("math").__spec__
            sys.modules["fake_library"] = fake

            %%asset a
            fake.__name__
            """,
        steps=scratch('fake.__version__ = "1.2.4"'),
        then={"a": "fresh"},
    ),
    Scenario(
        do="A library is upgraded from 1.2.3 to 1.3.0 and reloaded.",
        why="A new minor version may compute something else.",
        cells="""
            # lib
            import types, sys
            fake = types.ModuleType("fake_library")
            fake.__version__ = "1.2.3"
            fake.__spec__ = __import__("math").__spec__
            sys.modules["fake_library"] = fake

            %%asset a
            fake.__version__
            """,
        steps=edit(
            "lib",
            """
            import types, sys
            fake = types.ModuleType("fake_library")
            fake.__version__ = "1.3.0"
            fake.__spec__ = __import__("math").__spec__
            sys.modules["fake_library"] = fake
            """,
        ),
        then={"a": "stale global: module fake"},
        gives={"a": "1.3.0"},
    ),
    Scenario(
        do="You use another function of an installed module in a body.",
        why="That is a change of the body; the module is known by its version.",
        cells="""
            import math

            %%asset a
            math.floor(2.5)
            """,
        steps="%%asset a\nmath.ceil(2.5)",
        runs="a",
        then={"a": "fresh"},
        gives={"a": 3},
    ),
]
