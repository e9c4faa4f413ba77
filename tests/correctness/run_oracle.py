"""Look for a notebook in which what is FRESH is not what a new kernel gives; says what was tried.

python tests/correctness/run_oracle.py --notebooks 10000 --seed 1
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from oracle.machine import NotebookMachine  # noqa: E402 - found by the line above


def main() -> None:
    """Run the oracle and print a summary; the exit code is 1 when it found something."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--notebooks", type=int, default=10_000)
    options.add_argument("--steps", type=int, default=20, help="how many actions a notebook may see")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--shrink", action="store_true", help="look for the smallest case, too")
    given = options.parse_args()
    phases = [Phase.generate, Phase.shrink] if given.shrink else [Phase.generate]
    profile = settings(
        max_examples=given.notebooks,
        stateful_step_count=given.steps,
        deadline=None,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    began = time.monotonic()
    try:
        run_state_machine_as_test(seed(given.seed)(NotebookMachine), settings=profile)
    finally:
        NotebookMachine.kernels.close()
        done = NotebookMachine.done
        notebooks, actions = done.pop("notebook", 0), sum(done.values())
        print(f"{notebooks:,} notebooks, {actions:,} actions in {time.monotonic() - began:,.0f} s, seed {given.seed}")
        for what, count in done.most_common():
            print(f"  {count:>7,} {what}")
    print("no divergence")


if __name__ == "__main__":
    main()
