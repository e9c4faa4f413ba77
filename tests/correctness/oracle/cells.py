"""The cells of a random notebook, as their author thinks of them and as they are written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

FIXED = {
    "setup": "import random\nimport oracle_probe as probe",
    "v0": "v0 = {value}",
    "v1": "v1 = {value}",
    "items": "items = [1, {value}]",
    "rng": "rng = random.Random({value})",
    "k": "k = {value}",
    "grow": "k = k + {value}",
    "h0": "def h0(x):\n    return x * {value} + v0",
    "h1": "def h1(x):\n    return h0(x) - {value}",
    "h2": "def h2(x):\n    return h1(x) % (3 + {value})",
    "twice": "def twice(function):\n    return lambda x: 2 * function(x) + {value}",
    "d0": "@twice\ndef d0(x):\n    return h1(x) + {value}",
    "Box": "class Box:\n"
    "    factor = {value}\n"
    "    def __init__(self, weight):\n        self.weight = weight\n"
    "    def lift(self):\n        return self.weight * self.factor + h0(v1)",
    "tools": "import importlib\nimport tools\nimportlib.reload(tools)",
    "src": "%source_asset src path=src.txt",
}
"""The cells at the top of every notebook: variables, helpers that call helpers, a class, a module, a file."""

SETTABLE = ("v0", "v1", "items", "rng", "k", "grow")
HELPERS = ("h0", "h1", "h2", "twice", "d0", "Box")
TERMS = {
    "v0": "v0",
    "v1": "v1",
    "items": "sum(items)",
    "rng": "rng.randrange(90)",
    "k": "k",
    "h0": "h0({n})",
    "h2": "h2({n})",
    "d0": "d0({n})",
    "Box": "Box({n}).lift()",
    "tools": "tools.scale({n})",
    "src": "int(src.read_text())",
    "number": "{n}",
}
"""What an expression may read of them."""

MODULE = "STEP = {value}\n\ndef scale(x):\n    return x + STEP\n"
"""The local module ``tools``."""

KINDS = {
    "int": "{value}",
    "text": "str({value})",
    "list": "[{value}, 1]",
    "dict": "{{'x': {value}}}",
    "array": "np.array([{value}, 2])",
    "frame": "pd.DataFrame({{'x': [{value}, 3]}})",
    "box": "Box({value})",
}
MUTABLE = frozenset(KINDS) - {"int", "text"}

IMPORTS = "from asset_magic import AssetCheckResult, DataVersion, Output"
STYLES = {
    "value": "{value}",
    "named": "v0_ = 3\n{name} = {value}",
    "optional": "result = {value}\nresult if probe.size(result) % 3 else None",
    "stated": f"{IMPORTS}\nresult = {{value}}\nOutput(result, data_version=DataVersion(probe.shown(result)))",
    "checked": f"{IMPORTS}\n{{name}} = {{value}}\nAssetCheckResult(passed=probe.size({{name}}) % 2 == 0)",
    "inputs": "{value}",
    "several": "{value}, {value}",
    "parts": "result = {value}\n"  # drawn once, since what is given must not depend on what else is selected
    "for name in sorted(context.selected_output_names):\n"
    "    if name == '{name}': {name} = result\n"
    "    else: {other} = result",
    "spoils": "probe.spoil({read})\n{value}",
    "appends": "items.append(1)\n{value}",
    "waits": "import asyncio\nawait asyncio.sleep(0)\n{value}",
}
"""How the cell of an asset gives its value."""

DERIVED = {
    "value": "{name} = {formula}",
    "list": "{name} = [{formula}]",
    "branch": "if {formula} % 2:\n    {name} = 1",
    "loop": "{name} = 0\nfor step in range(2):\n    {name} += {formula}",
    "function": "def made(x):\n    return x + {formula}\n{name} = made(1)",
}
"""How a plain cell binds what it computes."""


@dataclass
class Formula:
    """A sum over names that stand above its cell. Small moduli let changes upstream often cancel out."""

    terms: list[str] = field(default_factory=list)
    modulus: int = 1000

    def __str__(self) -> str:
        return f"({' + '.join(self.terms) or '0'}) % {self.modulus}"

    def rename(self, old: str, new: str) -> None:
        """Read ``new`` instead of ``old``."""
        self.terms = [re.sub(rf"\b{old}\b", new, term) for term in self.terms]

    def reads(self, pattern: str) -> list[str]:
        """The names in it that match ``pattern``, each once."""
        return list(dict.fromkeys(re.findall(rf"\b(?:{pattern})\b", str(self))))


ASSET_NAMES = r"(?:[or]_)*a\d+"
VALUE_NAMES = rf"{ASSET_NAMES}|n\d+|v0|v1|items|rng|k"


@dataclass
class Cell:
    """One cell.

    Attributes:
        id: what it is called for good, and the name that it binds unless that was changed.
        kind: ``fixed``, ``helper``, ``derived``, ``asset`` or ``check``.
        formula: what it computes.
        value: a number in it.
        style, gives: how an asset's cell is written, and the kind of value that it gives.
        deps: assets named in ``deps=``; the asset that a check checks.
        guarded: a blocking check stands on it, or it is one that blocks.
        form: in which of several forms with one meaning it is written.
    """

    id: str
    kind: str
    formula: Formula = field(default_factory=Formula)
    value: int = 1
    style: str = "value"
    gives: str = "int"
    deps: list[str] = field(default_factory=list)
    guarded: bool = False
    renamed: bool = False
    plain: bool = False
    broken: bool = False
    unbound: bool = False
    form: int = 0

    @property
    def name(self) -> str:
        """The name that the cell binds."""
        return f"r_{self.id}" if self.renamed else "k" if self.id == "grow" else self.id

    @property
    def names(self) -> list[str]:
        """All names that the cell binds; the assets, if it is an asset's cell."""
        return [self.name, f"o_{self.id}"] if self.style in ("several", "parts") and self.is_asset else [self.name]

    @property
    def is_asset(self) -> bool:
        """Whether it makes assets by code."""
        return self.kind == "asset" and not self.plain

    @property
    def is_plain(self) -> bool:
        """Whether it is a cell of plain Python."""
        return not self.is_asset and self.kind != "check" and self.id != "src"

    @property
    def settable(self) -> bool:
        """Whether it binds a plain variable."""
        return self.kind == "derived" or self.id in SETTABLE

    def source(self) -> str:
        """The cell's text."""
        if self.kind == "check":
            options = "blocking" if self.guarded else ""
            head = f"%%asset_check {self.deps[0]} name={self.id} {options}"
            return f"{head}\nprobe.ran({self.id!r}, {self.deps[0]})\nprobe.size({self.deps[0]}) % 4 != {self.value}"
        if self.unbound:
            return "pass"
        if self.kind == "asset":
            return self._plain_asset() if self.plain else self._asset()
        return self._written(self._alarm() + self._bind())

    def _bind(self) -> str:
        if self.kind == "helper":
            return f"def {self.id}(x):\n    return x + {self.formula}"
        if self.kind == "derived":
            return DERIVED[self.style].format(name=self.name, formula=self.formula)
        return FIXED[self.id].format(value=self.value)

    def _given(self) -> str:
        return KINDS[self.gives].format(value=self.formula)

    def _plain_asset(self) -> str:
        given = self._given().replace(TERMS["rng"], "7")  # a plain cell that draws would change what others draw
        return self._written(f"{self._alarm()}import numpy as np, pandas as pd\n{self.name} = {given}")

    def _asset(self) -> str:
        names = {"name": self.name, "other": f"o_{self.id}", "value": self._given()}
        inputs = self.formula.reads(ASSET_NAMES)
        style = "value" if self.style == "spoils" and not inputs else self.style
        body = STYLES[style].format(**names, read=next(iter(inputs), ""))
        told = [
            *self.formula.reads(VALUE_NAMES),
            *(["sorted(context.selected_output_names)"] if style == "parts" else []),
        ]
        ran = f"probe.ran({', '.join([repr(self.id), *told])})"
        text = f"import numpy as np, pandas as pd, oracle_probe as probe\n{ran}\n{self._alarm()}{body}"
        if style == "inputs" and inputs:
            text = re.sub(rf"\b{inputs[0]}\b", "given", text)
        return f"{self._head(style, inputs)}\n{self._written(text)}"

    def _head(self, style: str, inputs: list[str]) -> str:
        options = [f"deps={','.join(self.deps)}"] if self.deps else []
        if style == "inputs" and inputs:
            options.append(f"ins=given={inputs[0]}")
        more = {"optional": "output_required=false", "checked": "check_specs=even", "parts": "can_subset"}
        options += [more[style]] if style in more else []
        magic = "multi_asset" if len(self.names) > 1 else "asset"
        return " ".join([f"%%{magic}", *self.names, *options])

    def _alarm(self) -> str:
        return "raise ValueError('broken')\n" if self.broken else ""

    def _written(self, text: str) -> str:
        """The same code in one of several forms."""
        forms = [text, f"# {self.id}\n{text}", f"\n\n{text}  # so", text.replace(" + ", "+"), f"{text}\n\n"]
        return forms[self.form % len(forms)]
