"""Look for a notebook in which what is FRESH is not what a new kernel gives; says what was tried.

    python tests/correctness/run_oracle.py --notebooks 10000 --seed 1 --jobs 2

Notebooks are tried in batches with a seed each, each in a process of its own. A batch that fails names its seed:
`--notebooks 250 --seed SEED --shrink` finds its smallest case.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

BATCH = 250


class Tried(NamedTuple):
    """What came of a batch: its seed, its actions counted, and the failure, if any, as text."""

    seed: int
    done: Counter[str]
    failure: str


def try_notebooks(number: int, steps: int, given_seed: int, *, shrink: bool) -> Tried:
    """Try a number of notebooks with up to so many actions each."""
    from oracle.machine import NotebookMachine

    profile = settings(
        max_examples=number,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    failure = ""
    try:
        run_state_machine_as_test(seed(given_seed)(NotebookMachine), settings=profile)
    except Exception as error:
        notes = getattr(error, "__notes__", ())
        failure = "\n".join(["".join(traceback.format_exception(error, limit=-2)), *notes])
    NotebookMachine.kernels.close()
    return Tried(given_seed, NotebookMachine.done, failure)


def main() -> int:
    """Run the oracle and print a summary; the exit code is 1 when it found something."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--notebooks", type=int, default=10_000)
    options.add_argument("--steps", type=int, default=10, help="how many actions a notebook may see")
    options.add_argument("--seed", type=int, default=1, help="of the first batch; each has the next")
    options.add_argument("--jobs", type=int, default=1, help="how many processes work at once")
    options.add_argument("--shrink", action="store_true", help="look for the smallest case, too")
    given = options.parse_args()
    sizes = [min(BATCH, given.notebooks - begin) for begin in range(0, given.notebooks, BATCH)]
    done: Counter[str] = Counter()
    failed: list[int] = []
    began = time.monotonic()
    with ProcessPoolExecutor(given.jobs, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as pool:
        batches = [
            pool.submit(try_notebooks, size, given.steps, given.seed + place, shrink=given.shrink)
            for place, size in enumerate(sizes)
        ]
        for batch in as_completed(batches):
            tried = batch.result()
            done += tried.done
            if tried.failure:
                failed.append(tried.seed)
            print(f"{tried.failure}seed {tried.seed}: {tried.done['notebook']} notebooks", flush=True)
    notebooks, actions = done.pop("notebook", 0), sum(done.values())
    print(f"{notebooks:,} notebooks, {actions:,} actions in {time.monotonic() - began:,.0f} s")
    print("\n".join(f"  {count:>7,} {what}" for what, count in done.most_common()))
    print(f"divergences in the batches of seeds {sorted(failed)}" if failed else "no divergence")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
