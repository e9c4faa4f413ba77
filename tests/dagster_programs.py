"""Random programs of assets and checks, run by Dagster or by us, to see that both do the same.

Where Dagster 1.13 is installed, ``python tests/dagster_programs.py > tests/dagster/dagster_runs.json`` writes new
programs with Dagster's answers. A program is data, so that a file can hold it:

- ``assets``: each with ``name``, ``kind`` (how its body ends), ``ins`` (what it takes), ``deps``, and for some kinds
  ``checks`` that the body evaluates itself. A kind of `SEVERAL` makes two assets, called ``name_a`` and ``name_b``;
- ``checks``: functions of their own, each with ``asset``, ``takes`` (whether it takes the value) and a verdict;
- ``selection``: its text, or None.
"""

from __future__ import annotations

import inspect
import json
import random
import sys
from typing import Any

ONE = ["value"] * 8 + ["none", "fails", "fails", "nothing", "nothing", "yields", "result", "result", "no value"]
ONE += ["flaky", "gives up", "awaits"]
SEVERAL = ["tuple", "selected", "first", "neither", "fails both", "specs", "specs first", "specs skip second"]


def random_program(rng: random.Random) -> dict[str, Any]:
    assets: list[dict[str, Any]] = []
    keys: list[str] = []
    for number in range(rng.randint(2, 7)):
        upstream = rng.sample(keys, min(len(keys), rng.randint(0, 3)))
        ins, deps = upstream[:2], upstream[2:]
        several = rng.random() < 0.25
        kind = rng.choice(SEVERAL if several else ONE)
        made = {"name": f"x{number}", "kind": kind, "ins": ins, "deps": deps}
        if kind.startswith("specs"):  # these would have to say their inputs in their specs
            made |= {"ins": [], "deps": []}
        if kind == "result":
            made["checks"] = [random_verdict(rng, f"own{i}") for i in range(rng.randint(0, 2))]
        assets.append(made)
        keys += [f"x{number}_a", f"x{number}_b"] if several else [f"x{number}"]
    checks = [
        random_verdict(rng, f"c_{key}") | {"asset": key, "takes": rng.random() < 0.7, "raises": rng.random() < 0.15}
        for key in keys
        if rng.random() < 0.35
    ]
    key, other = rng.choice(keys), rng.choice(keys)
    forms = [f"key:{key}", f"+key:{key}", f"key:{key}+", f"1+key:{key}", f"key:{key} or key:{other}", f"not key:{key}"]
    return {"assets": assets, "checks": checks, "selection": rng.choice(forms) if rng.random() < 0.4 else None}


def random_verdict(rng: random.Random, name: str) -> dict[str, Any]:
    return {"name": name, "blocking": rng.random() < 0.5, "passed": rng.random() < 0.6, "warns": rng.random() < 0.3}


def verdict(api: Any, check: dict[str, Any], **names: Any) -> Any:
    severity = api.AssetCheckSeverity.WARN if check["warns"] else api.AssetCheckSeverity.ERROR
    return api.AssetCheckResult(passed=check["passed"], severity=severity, **names)


def taking(names: list[str], body: Any) -> Any:
    """``body(context, **given)`` as a function of these parameters."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    body.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in ["context", *names]])
    return body


def one_body(api: Any, made: dict[str, Any]) -> Any:
    name, kind = made["name"], made["kind"]

    def plain(context, **given):
        if kind == "fails" or (kind == "flaky" and context.retry_number == 0):
            raise LookupError(name)
        if kind == "gives up":
            raise api.RetryRequested(max_retries=1)
        if kind == "result":
            checks = [verdict(api, check, check_name=check["name"]) for check in made["checks"]]
            return api.MaterializeResult(value=name, check_results=checks)
        if kind == "no value":
            return api.MaterializeResult(metadata={"rows": 1})
        return None if kind == "none" else f"{name}({', '.join(f'{k}={given[k]}' for k in sorted(given))})"

    def yielding(context, **given):
        if kind == "yields":
            yield api.Output(name, metadata={"rows": 1})

    async def waiting(context, **given):
        return name

    return {"nothing": yielding, "yields": yielding, "awaits": waiting}.get(kind, plain)


def one(api: Any, made: dict[str, Any]) -> Any:
    own = [
        api.AssetCheckSpec(check["name"], asset=made["name"], blocking=check["blocking"])
        for check in made.get("checks", ())
    ]
    return api.asset(
        name=made["name"],
        deps=made["deps"],
        output_required=made["kind"] not in ("nothing", "yields"),
        retry_policy=api.RetryPolicy(max_retries=1) if made["kind"] == "flaky" else None,
        check_specs=own or None,
    )(taking(made["ins"], one_body(api, made)))


def several(api: Any, made: dict[str, Any]) -> Any:
    name, kind = made["name"], made["kind"]
    first, second = f"{name}_a", f"{name}_b"

    def plain(context, **given):
        if kind == "fails both":
            raise LookupError(name)
        return ("one", len(given)) if kind == "tuple" else None

    def yielding(context, **given):
        if kind == "selected":
            for output in (second, first):
                if output in context.selected_output_names:
                    yield api.Output(output, output)
        elif kind == "first":
            yield api.Output("one", first)
        elif kind != "neither":
            yield api.MaterializeResult(asset_key=first)

    body = taking(made["ins"], plain if kind in ("tuple", "fails both", "specs") else yielding)
    if kind.startswith("specs"):
        specs = [api.AssetSpec(first), api.AssetSpec(second, skippable=kind == "specs skip second")]
        return api.multi_asset(name=name, specs=specs)(body)
    outs = {
        first: api.AssetOut(is_required=kind not in ("selected", "neither")),
        second: api.AssetOut(is_required=kind in ("tuple", "fails both")),
    }
    return api.multi_asset(name=name, outs=outs, deps=made["deps"], can_subset=kind == "selected")(body)


def check_of(api: Any, check: dict[str, Any]) -> Any:
    def judge(context, **given):
        if check["raises"]:
            raise LookupError(check["name"])
        return verdict(api, check)

    names = [check["asset"]] if check["takes"] else []
    return api.asset_check(asset=check["asset"], name=check["name"], blocking=check["blocking"])(taking(names, judge))


def answer(api: Any, program: dict[str, Any]) -> dict[str, Any]:
    """What running a program does: whether it succeeds, what it makes and what the checks say.

    A value that was not given counts as None, and a check whose own code failed has no verdict.
    """
    definitions = [(several if made["kind"] in SEVERAL else one)(api, made) for made in program["assets"]]
    definitions += [check_of(api, check) for check in program["checks"]]
    result = api.materialize(definitions, selection=program["selection"], raise_on_error=False)
    keys = sorted({event.asset_key.to_user_string() for event in result.get_asset_materialization_events()})
    values = {key: result.asset_value(key) for key in keys}
    evaluations = [one for one in result.get_asset_check_evaluations() if not getattr(one, "error", "")]
    return {
        "success": result.success,
        "values": {key: "None" if isinstance(value, type) else str(value) for key, value in values.items()},
        "verdicts": {
            f"{one.asset_key.to_user_string()}:{one.check_name}": [one.passed, one.severity.value, one.blocking]
            for one in sorted(evaluations, key=lambda one: one.check_name)
        },
    }


if __name__ == "__main__":
    import signal

    import dagster

    def too_late(*_: Any) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, too_late)  # Dagster 1.13.29 never ends some runs with a failure
    rng = random.Random(7)
    found: list[Any] = []
    while len(found) < 120:
        program = random_program(rng)
        signal.alarm(10)
        try:
            found.append({"program": program, "answer": answer(dagster, program)})
        except (TimeoutError, dagster.DagsterInvalidDefinitionError):  # or the selection parts what is made together
            continue
        finally:
            signal.alarm(0)
    sys.stdout.write("[\n" + ",\n".join(json.dumps(one) for one in found) + "\n]\n")
