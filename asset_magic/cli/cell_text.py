"""What one cell says, read without running it: the assets that it defines, and the names that it needs."""

from __future__ import annotations

import ast
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from IPython.core.inputtransformer2 import TransformerManager

from asset_magic.cli.decorated import definitions_in
from asset_magic.model.definitions import AssetsDefinition, CellRef
from asset_magic.model.errors import AssetMagicError
from asset_magic.model.keys import AssetKey
from asset_magic.notebook import cells, signatures
from asset_magic.notebook.arguments import Signature
from asset_magic.notebook.shell import Shell
from asset_magic.reading.names import names_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OWN = re.compile(r"\s*%%(asset|multi_asset|asset_check|source_asset)(?:[ \t]+([^\n]*))?(?:\n|$)")
_LOADS = re.compile(
    r"^[ \t]*%(?:re)?load_ext[ \t]+asset_magic\b|\bload_ext(?:ension)?['\"(]\W+asset_magic\b", re.MULTILINE
)
_SIGNATURES = {
    "asset": signatures.ASSET,
    "multi_asset": signatures.MULTI_ASSET,
    "source_asset": signatures.SOURCE_ASSET,
}
_WIDTH = 40
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class CellText:
    """One cell, as far as reading it tells.

    Attributes:
        kind: ``"asset"``, ``"check"``, ``"source"`` (a source with a body) or ``"plain"``.
        label: how progress names it.
        definitions: the assets that it defines.
        checks: the asset that it is a check of.
        needs: names that it looks up when it runs.
        binds: names that it binds.
        changes: names whose value it visibly changes in place.
        helpers: for each function and class that it defines, the names that its code looks up.
        names: assets that it names in strings, as in ``assets["orders"]``.
        runs: the selections that it materializes by itself.
        forgets: the selections that it takes out of the graph.
    """

    kind: str
    label: str
    definitions: tuple[AssetsDefinition, ...] = ()
    checks: str = ""
    needs: frozenset[str] = frozenset()
    binds: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    helpers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    forgets: tuple[str, ...] = ()


class _Reader(Shell):
    """A shell for reading only: cells are transformed as IPython does it, and nothing is remembered."""

    def __init__(self) -> None:
        self._transformer = TransformerManager()

    @property
    def variables(self) -> dict[str, Any]:
        return {}

    @property
    def flags(self) -> int:
        return 0

    def transform(self, text: str) -> str:
        transformed: str = self._transformer.transform_cell(text)
        return transformed

    def remember_source(self, text: str, number: int) -> str:
        return f"<cell {number}>"


def read_cell(text: str, number: int) -> CellText:
    """Read the text of cell ``number``. What cannot be read says nothing: running the cell will tell why."""
    reader = _Reader()
    own = _OWN.match(text)
    if own is None:
        return _plain(reader, text, number)
    magic, line = own[1], (own[2] or "").strip()
    body = text[own.end() :]
    label = f"{'check of ' if magic == 'asset_check' else ''}{line.partition(' ')[0]}"
    kind = {"asset_check": "check", "source_asset": "source"}.get(magic, "asset")
    ref = CellRef(None, number)
    try:
        if magic == "asset_check":
            parsed = signatures.ASSET_CHECK.parse(line)
            check = cells.check_of(reader, parsed, parsed.names[0], body, ref, text)
            spec = check.specs[0]
            return CellText(kind, f"{spec.name} of {spec.asset_key}", checks=spec.asset_key, needs=check.code.reads)
        parsed = _SIGNATURES[magic].parse(line)
        make = cells.source_of if magic == "source_asset" else cells.asset_of
        definition = make(reader, parsed, body, ref, text)
    except (AssetMagicError, ValueError):
        return CellText(kind, label)
    return CellText(kind, ", ".join(definition.keys), (definition,))


def deferred(text: str) -> str | None:
    """The text of an asset cell that registers its assets and does not run them; None if there is no such text."""
    own = _OWN.match(text)
    if own is None or own[1] not in ("asset", "multi_asset"):
        return None
    line = own[2] or ""
    try:
        if _SIGNATURES[own[1]].parse(line.strip()).options.get("defer"):
            return text
        _SIGNATURES[own[1]].parse(f"--defer {line.strip()}")
    except AssetMagicError:
        return None
    return f"%%{own[1]} --defer {line}\n{text[own.end() :]}"


def loads_extension(text: str) -> bool:
    """Whether a cell loads asset_magic itself."""
    return _LOADS.search(text) is not None


def _plain(reader: _Reader, text: str, number: int) -> CellText:
    label = next((line.strip() for line in text.splitlines() if line.strip()), "")
    label = label if len(label) <= _WIDTH else label[: _WIDTH - 1] + "…"
    try:
        tree = ast.parse(reader.transform(text))
    except (SyntaxError, ValueError):
        return CellText("plain", label)
    magics = list(_line_magics(tree))
    definitions = [*definitions_in(tree), *_sources(reader, magics, number)]
    assets = {definition.__name__ for definition in definitions if hasattr(definition, "__name__")}
    return CellText(
        "plain",
        label,
        tuple(definitions),
        needs=names_in(ast.Module(list(_run_at_once(tree.body)), [])).reads,
        binds=names_in(tree).binds,
        changes=frozenset(_changed(tree)),
        helpers={
            statement.name: names_in(ast.Module([statement], [])).reads
            for statement in tree.body
            if isinstance(statement, (*_FUNCTIONS, ast.ClassDef)) and statement.name not in assets
        },
        names=tuple(_named_in_strings(tree)),
        runs=(*_selections(magics, "materialize", signatures.MATERIALIZE), *_asked_of_registry(tree)),
        forgets=tuple(_selections(magics, "forget", signatures.FORGET)),
    )


def _run_at_once(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when the cell does: definitions are reduced to their decorators and defaults."""
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            values = [*statement.decorator_list, *statement.bases, *(word.value for word in statement.keywords)]
            yield _expression(values, statement)
            yield from _run_at_once(statement.body)
        elif isinstance(statement, _FUNCTIONS):
            given = statement.args
            defaults = [*given.defaults, *(default for default in given.kw_defaults if default is not None)]
            yield _expression([*statement.decorator_list, *defaults], statement)
        else:
            yield statement


def _expression(values: list[ast.expr], at: ast.stmt) -> ast.Expr:
    tree = ast.Expr(ast.Tuple(values, ast.Load()))
    return ast.fix_missing_locations(ast.copy_location(tree, at))


def _changed(tree: ast.Module) -> Iterator[str]:
    """Variables that a statement changes in place: ``x[...] = ...``, ``x.a = ...``, ``x.append(...)``."""
    for node in ast.walk(ast.Module(list(_run_at_once(tree.body)), [])):
        if isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(node.ctx, ast.Load):
            changed: ast.expr = node.value
        elif (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Attribute)
        ):
            changed = node.value.func.value
        else:
            continue
        while isinstance(changed, (ast.Subscript, ast.Attribute)):
            changed = changed.value
        if isinstance(changed, ast.Name):
            yield changed.id


def _line_magics(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for call in _calls(tree):
        if call.func.attr == "run_line_magic" and len(call.args) >= 2:  # type: ignore[attr-defined]
            name, line = call.args[:2]
            if isinstance(name, ast.Constant) and isinstance(line, ast.Constant):
                yield str(name.value), str(line.value)


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node


def _sources(reader: _Reader, magics: list[tuple[str, str]], number: int) -> Iterator[AssetsDefinition]:
    for name, line in magics:
        if name == "source_asset":
            try:
                parsed = signatures.SOURCE_ASSET.parse(line)
                yield cells.source_of(reader, parsed, None, CellRef(None, number), "")
            except AssetMagicError:
                continue


def _selections(magics: list[tuple[str, str]], magic: str, signature: Signature) -> Iterator[str]:
    for name, line in magics:
        if name == magic:
            with suppress(AssetMagicError):  # running the cell will tell
                yield signature.parse(line).selection


def _named_in_strings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "assets":
            try:
                yield AssetKey(ast.literal_eval(node.slice))
            except (ValueError, TypeError, AssetMagicError):
                continue


def _asked_of_registry(tree: ast.Module) -> Iterator[str]:
    """Selections of ``assets.materialize(...)``."""
    for call in _calls(tree):
        function = call.func
        if (
            isinstance(function, ast.Attribute)
            and function.attr == "materialize"
            and isinstance(function.value, ast.Name)
            and function.value.id == "assets"
        ):
            given = [*call.args[:1], *(word.value for word in call.keywords if word.arg == "selection")]
            yield str(given[0].value) if given and isinstance(given[0], ast.Constant) else ""
