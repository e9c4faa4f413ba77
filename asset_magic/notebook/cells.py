"""From a cell with one of our magics on its first line to a definition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from asset_magic.model.check_specs import AssetCheckSeverity, AssetCheckSpec
from asset_magic.model.definitions import AssetChecksDefinition, AssetsDefinition, CellRef, Computation
from asset_magic.model.errors import DefinitionError
from asset_magic.model.keys import AssetKey
from asset_magic.model.specs import AssetSpec
from asset_magic.notebook.arguments import Parsed
from asset_magic.notebook.body import read_body
from asset_magic.notebook.shell import Shell

_RETRIES = frozenset(("max_retries", "delay", "backoff", "jitter"))
_SHELLS_OWN = ("get_ipython", "In", "Out", "exit", "quit", "open")


def asset_of(
    shell: Shell,
    parsed: Parsed,
    text: str,
    cell: CellRef,
    raw: str,
    known: Mapping[AssetKey, AssetsDefinition] | None = None,
) -> AssetsDefinition:
    """What ``%%asset`` and ``%%multi_asset`` define, where ``known`` is what is defined so far.

    Raises:
        DefinitionError: the body cannot be an asset, for the reason given.
    """
    options = parsed.options
    prefix = options.get("key_prefix")
    keys = [key.with_prefix(prefix) for key in parsed.names] if prefix else parsed.names
    specs = tuple([spec_of(key, options) for key in keys])
    what = " and ".join(keys)
    targets = tuple([spec.variable for spec in specs])
    _refuse_names_of_the_shell(targets)
    before = known[keys[0]].code if known and keys[0] in known else None
    if before is not None and before.parameters:  # `ins` has taken names out of what it reads
        before = None
    code = read_body(shell, what, text, cell, raw, targets=targets, uses=options.get("uses", ()), before=before)
    if specs[0].deps:
        code = replace(code, offered=frozenset(_variable(dep.asset_key, known or {}) for dep in specs[0].deps))
    inputs: Mapping[str, AssetKey] = options.get("ins", {})
    if inputs:
        code = replace(code, parameters=dict(inputs), reads=code.reads - set(inputs))
    return AssetsDefinition(
        specs,
        _with_retries(code, options),
        check_specs=tuple(_check_spec(said, keys) for said in dict.fromkeys(options.get("check_specs", ()))),
        can_subset=options.get("can_subset", False),
        withholds=specs[0].skippable,
    )


def _variable(key: AssetKey, known: Mapping[AssetKey, AssetsDefinition]) -> str:
    return known[key].spec(key).variable if key in known else key.name


def _check_spec(said: str, keys: Sequence[AssetKey]) -> AssetCheckSpec:
    """The check that an item of ``check_specs=`` names: alone for one asset, as ``asset:check`` for several.

    Raises:
        DefinitionError: it names no asset of the cell, or no check.
    """
    of, _, name = said.rpartition(":")
    asset = keys[0] if not of and len(keys) == 1 else next((key for key in keys if of in (key, key.name)), None)
    if asset is None:
        example = f"{keys[0].name}:{name or 'not_empty'}"
        raise DefinitionError(f"check_specs={said} does not say which asset it checks: write check_specs={example}")
    return AssetCheckSpec(name, asset=asset)


def _with_retries(code: Computation, options: Mapping[str, Any]) -> Computation:
    """The code, tried again as the options of its cell say.

    Raises:
        DefinitionError: the options do not fit together.
    """
    if options.keys().isdisjoint(_RETRIES):
        return code if code.retry_policy is None else replace(code, retry_policy=None)
    from asset_magic.model.retries import Backoff, Jitter, RetryPolicy  # seldom needed

    backoff, jitter = options.get("backoff"), options.get("jitter")
    policy = RetryPolicy(
        max_retries=options.get("max_retries", 1),
        delay=options.get("delay"),
        backoff=Backoff(backoff.upper()) if backoff else None,
        jitter=Jitter(jitter.upper()) if jitter else None,
    )
    return replace(code, retry_policy=policy)


def _refuse_names_of_the_shell(names: Iterable[str]) -> None:
    for name in names:
        if name in _SHELLS_OWN or not name.strip("_0123456789i"):
            raise DefinitionError(f"{name} belongs to IPython: give the asset another name")


def source_of(shell: Shell, parsed: Parsed, text: str | None, cell: CellRef, raw: str) -> AssetsDefinition:
    """What ``%source_asset`` and ``%%source_asset`` define.

    Raises:
        DefinitionError: there is a path and a body, or neither where one is needed.
    """
    key = parsed.names[0]
    spec = spec_of(key, parsed.options)
    path = parsed.options.get("path")
    if text is None:
        return AssetsDefinition((spec,), None, external=True, path=str(Path(path).expanduser()) if path else None)
    if path:
        raise DefinitionError(f"{key} has both path= and a body: leave one of them out")
    uses = parsed.options.get("uses", ())
    code = read_body(shell, str(key), text, cell, raw, targets=(spec.variable,), uses=uses)
    return AssetsDefinition((spec,), code, external=True)


def check_of(
    shell: Shell, parsed: Parsed, asset: AssetKey, text: str, cell: CellRef, raw: str
) -> AssetChecksDefinition:
    """What ``%%asset_check`` defines.

    Raises:
        DefinitionError: the body cannot be a check, for the reason given.
    """
    options = parsed.options
    name = options.get("name", f"{asset.name}_check")
    spec = AssetCheckSpec(
        name,
        asset=asset,
        description=options.get("description", ""),
        blocking=options.get("blocking", False),
        severity=AssetCheckSeverity(options.get("severity", "error").upper()),
        additional_deps=options.get("additional_deps"),
        metadata=options.get("metadata"),
    )
    what = f"the check {name} of {asset}"
    code = read_body(shell, what, text, cell, raw, uses=options.get("uses", ()))
    return AssetChecksDefinition((spec,), _with_retries(code, options))


def spec_of(key: AssetKey, options: Mapping[str, Any]) -> AssetSpec:
    """What the options of a magic say of an asset."""
    if not options:
        return AssetSpec(key)
    return AssetSpec(
        key,
        deps=options.get("deps", ()),
        description=options.get("description", ""),
        group_name=options.get("group"),
        tags=options.get("tags", {}),
        kinds=options.get("kinds", ()),
        owners=options.get("owners", ()),
        metadata=options.get("metadata", {}),
        code_version=options.get("code_version"),
        skippable=options.get("output_required") == "false",
        bind=options.get("bind"),
    )
