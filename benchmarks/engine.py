"""What the engine costs without a notebook around it: runs, statuses, pictures, fingerprints, and how they grow."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from measuring import Row, best, in_turns, micro, milli, settle, timed
from xxhash import xxh3_128_hexdigest

from asset_magic import AssetChecksDefinition, AssetsDefinition, asset, asset_check, materialize
from asset_magic.fingerprint import fingerprint
from asset_magic.page.lineage import lineage
from asset_magic.run.execute import drive
from asset_magic.session import inspect
from asset_magic.session.runner import Runner
from asset_magic.session.session import Session

Upstream = Callable[[int], list[int]]


def chain(n: int) -> list[int]:
    """Each asset reads the one before it."""
    return [n - 1] if n else []


def layers(n: int) -> list[int]:
    """Layers of a hundred, each asset reads two of the layer above."""
    return [n - 100, n - 100 + (1 if n % 100 < 99 else -1)] if n >= 100 else []


def functions(count: int, upstream: Upstream = chain) -> list[Callable[..., int]]:
    """Trivial functions that call for each other by their parameters, ``a0`` on."""
    scope: dict[str, Callable[..., int]] = {}
    for n in range(count):
        names = [f"a{k}" for k in upstream(n)]
        exec(f"def a{n}({', '.join(names)}): return {' + '.join([*names[:1], '1'])}", scope)
    return [scope[f"a{n}"] for n in range(count)]


def definitions(count: int, upstream: Upstream = chain) -> list[AssetsDefinition]:
    """The same functions as assets."""
    return [asset(function) for function in functions(count, upstream)]


def running(count: int, runs: int) -> Iterator[Row]:
    """``materialize()`` of a chain, beside a plain loop over the same functions."""
    plain, assets = functions(count), definitions(count)

    def loop() -> None:
        value = plain[0]()
        for function in plain[1:]:
            value = function(value)

    settle()
    took, base = best(lambda: materialize(assets), runs) / count, best(loop, runs) / count
    measured = f"{micro(took)} (a plain loop: {base * 1e6:.2f} µs)"
    target = "under 50 µs"
    yield Row(f"materialize() of a chain of {count:,}, per asset", measured, target, took < 50e-6)


def statuses(count: int, runs: int) -> Iterator[Row]:
    """An edit at the root of a chain: registering it, and then asking each asset for its status."""
    session = materialized(definitions(count)).session
    keys = tuple(session.graph.keys)

    def edited(value: int) -> AssetsDefinition:
        scope: dict[str, Callable[..., int]] = {}
        exec(f"def a0(): return {value}", scope)
        return asset(scope["a0"])

    def edit_and_ask(number: int) -> float:
        session.define(edited(1))  # as it was: everything is fresh
        root = edited(2 + number)

        def work() -> None:
            session.define(root)
            stale = sum(session.status(key) == "stale" for key in keys)
            assert stale == count

        return timed(work)

    downstream = {key: session.graph.downstream(key) for key in keys}

    def search(number: int) -> float:
        def work() -> None:
            seen, queue = {keys[0]}, deque([keys[0]])
            while queue:
                fresh = [key for key in downstream[queue.popleft()] if key not in seen]
                seen.update(fresh)
                queue.extend(fresh)

        return timed(work)

    settle()
    took = in_turns({"ours": edit_and_ask, "search": search}, runs, of=min)
    measured = f"{milli(took['ours'])}, {took['ours'] / took['search']:.1f}x a search over dicts"
    target = count / 1_000 * 1e-3
    work = f"edit at the root of {count:,}: spread, and all statuses (no cell)"
    yield Row(work, measured, f"under {target * 1e3:.0f} ms", took["ours"] < target)


def materialized(assets: list[AssetsDefinition]) -> Runner:
    """A session of its own in which all of ``assets`` are fresh."""
    runner = Runner(Session({}))
    for definition in assets:
        runner.session.define(definition)
    drive(runner.materialize(tuple(runner.graph.keys)), awaits=False)
    return runner


def fingerprints(runs: int, rows: int = 2_500_000) -> Iterator[Row]:
    """The fingerprint of a float frame beside xxh3 over the same bytes."""
    frame = pd.DataFrame(np.random.default_rng(1).random((rows, 10)))
    raw = np.ascontiguousarray(frame.to_numpy())
    took = in_turns(
        {
            "xxh3": lambda _: timed(lambda: xxh3_128_hexdigest(raw.data)),
            "ours": lambda _: timed(lambda: fingerprint(frame)),
        },
        runs,
    )
    speed = took["xxh3"] / took["ours"]
    size = f"{raw.nbytes / 1e6:.0f} MB"
    yield Row(f"fingerprint of a {size} float frame", f"{speed:.2f} of xxh3's speed", "at least 0.5", speed >= 0.5)


def pictures(count: int, runs: int) -> Iterator[Row]:
    """``%lineage`` of everything, as HTML, SVG and text."""
    for shape in (chain, layers):
        took = _drawing(materialized(definitions(count, shape)), runs)
        work = f"lineage of {count:,} assets ({shape.__name__})"
        yield Row(work, milli(took), "under 0.3 s", took < 0.3)


def _drawing(runner: Runner, runs: int) -> float:
    keys = tuple(runner.graph.keys)
    settle()
    return best(lambda: lineage(inspect.lineage(runner, keys)), runs)


def growth(small: int, large: int, runs: int) -> Iterator[Row]:
    """What each step costs per asset, in a small graph and in one ten times as large."""
    for shape in (chain, layers):
        few, many = definitions(small, shape), definitions(large, shape)
        passes = [(_steps(few), _steps(many)) for _ in range(runs)]  # in turns, so that both meet the same noise
        fewer, more = _least([one for one, _ in passes], small), _least([one for _, one in passes], large)
        for step in fewer:
            factor = more[step] / fewer[step]
            measured = f"{fewer[step] * 1e6:5.1f} µs -> {more[step] * 1e6:5.1f} µs, {factor:.1f}x"
            work = f"{step}, per asset, {small:,} -> {large:,} ({shape.__name__})"
            yield Row(work, measured, "linear: under 2x", factor < 2)


def growth_with_checks(small: int, large: int, runs: int) -> Iterator[Row]:
    """``materialize()`` of a chain in which each asset has a blocking check that reads it."""
    took = {}
    for count in (small, large):
        checked = [*definitions(count), *[_check_of(n) for n in range(count)]]
        settle()
        took[count] = best(lambda checked=checked: materialize(checked), runs) / count
    factor = took[large] / took[small]
    measured = f"{took[small] * 1e6:5.1f} µs -> {took[large] * 1e6:5.1f} µs, {factor:.1f}x"
    work = f"run with a blocking check each, per asset, {small:,} -> {large:,} (chain)"
    yield Row(work, measured, "linear: under 2x", factor < 2)


def _check_of(n: int) -> AssetChecksDefinition:
    scope: dict[str, Callable[..., bool]] = {}
    exec(f"def check{n}(a{n}): return a{n} >= 0", scope)
    return asset_check(asset=f"a{n}", blocking=True)(scope[f"check{n}"])


def _least(passes: list[dict[str, float]], count: int) -> dict[str, float]:
    """The shortest time of each step in several passes, per asset."""
    return {step: min(found[step] for found in passes) / count for step in passes[0]}


def _steps(assets: list[AssetsDefinition]) -> dict[str, float]:
    """The time of each step in the life of a graph, in seconds."""
    settle()
    runner = Runner(Session({}))
    session = runner.session
    register = timed(lambda: [session.define(definition) for definition in assets])
    keys = tuple(runner.graph.keys)
    return {
        "register": register,
        "plan": timed(lambda: runner.plan(keys)),
        "run": timed(lambda: drive(runner.materialize(keys), awaits=False)),
        "status": timed(lambda: [session.status(key) for key in keys]),
        "select": timed(lambda: inspect.selected(runner, "a0+ or +a1")),
        "draw": timed(lambda: lineage(inspect.lineage(runner, keys))),
    }
