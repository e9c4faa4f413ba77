"""What a definition says of its code that decides what comes out: its inputs, and what becomes of what it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xxhash import xxh3_64_hexdigest

if TYPE_CHECKING:
    from asset_magic.model.definitions import AssetCheck, AssetsDefinition, Computation
    from asset_magic.model.keys import AssetKey

_MARK = "~"


def arranged(version: str, definition: AssetsDefinition, key: AssetKey) -> str:
    """The version of the code behind ``key``, together with all that its definition arranges in another way than usual.

    The same function under ``ins={"x": "a", "y": "b"}`` and ``ins={"x": "b", "y": "a"}`` depends on the same assets and
    gives another value; so do outputs in another order, another variable whose value is taken, and None where it
    stands for no value. A check that is declared anew has no verdict before the code runs again.
    """
    code = definition.code
    said = _inputs(code) if code is not None else []
    if len(definition.specs) > 1:
        said.append(("outputs", _outputs(definition, key)))
    if code is not None and code.isolated and (variable := definition.spec(key).variable) != key.name:
        said.append(("variable", variable))
    if definition.check_specs and (checks := _checks(definition, key)):
        said.append(("checks", checks))
    said += [word for word in ("external", "implied", "withholds") if getattr(definition, word)]
    return _marked(version, said)


def arranged_check(check: AssetCheck, code: Computation) -> str:
    """The version of the code of a check, with its inputs and the other checks that it gives verdicts of."""
    said = _inputs(code)
    if len(check.together) > 1:
        said.append(("together", [(str(spec.asset_key), spec.name) for spec in check.together]))
    return _marked(code.code_version, [*said, "optional"] if check.optional else said)


def only_arranged_anew(before: str, now: str) -> bool:
    """Whether two versions are of the same code, and differ in what its definition arranges."""
    return before != now and before.partition(_MARK)[0] == now.partition(_MARK)[0]


def _marked(version: str, said: list[object]) -> str:
    return f"{version}{_MARK}{xxh3_64_hexdigest(repr(said).encode())}" if said else version


def _inputs(code: Computation) -> list[object]:
    renamed = sorted((name, up) for name, up in code.parameters.items() if name != up) if code.parameters else ()
    return [("inputs", renamed)] if renamed else []


def _outputs(definition: AssetsDefinition, key: AssetKey) -> list[tuple[int, str, str]]:
    """The place and the name of each output that is made with ``key``; the others may come and go."""
    named = {made: name for name, made in definition.outputs.items()}
    places = [(place, named.get(made, ""), str(made)) for place, made in enumerate(definition.keys)]
    return [place for place in places if place[2] == key or not definition.can_subset]


def _checks(definition: AssetsDefinition, key: AssetKey) -> list[tuple[str, str]]:
    checks = sorted((str(check.asset_key), check.name) for check in definition.check_specs)
    return [check for check in checks if check[0] == key or not definition.can_subset]
