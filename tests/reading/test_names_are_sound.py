"""Whatever a program does, it looks up no name outside that reading did not foresee."""

from __future__ import annotations

import ast
import random
import re
import sys
import warnings
from textwrap import indent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asset_magic.reading.names import names_in

NAMES = ["a", "b", "c", "d", "f", "g"]


class Stop(BaseException):
    """The program has run for long enough."""


class World(dict):
    """A namespace that has every name, and notes those that it was asked for and did not hold."""

    def __init__(self, seed: int) -> None:
        super().__init__(__name__="program")
        self.missed: set[str] = set()
        self.random = random.Random(seed)
        self.callbacks: list[object] = []
        self.steps = self.lines = 0

    def count(self) -> None:
        self.steps += 1
        if self.steps > 40:
            raise Stop

    def trace(self, frame: object, event: str, argument: object) -> object:
        """Stop programs that loop or recurse without asking anything."""
        self.lines += 1
        if self.lines > 400:
            raise Stop
        return self.trace

    def __missing__(self, name: str) -> Anything:
        self.missed.add(name)
        return Anything(self, swallows=name == "suppress")


class Anything:
    """A value that can be used in every way; calling it calls what it was ever given."""

    def __init__(self, world: World, swallows: bool = False) -> None:
        self.__dict__.update(world=world, swallows=swallows)

    def __call__(self, *args: object, **_: object) -> Anything:
        world = self.world
        world.count()
        world.callbacks += [arg for arg in args if callable(arg) and not isinstance(arg, Anything)]
        for callback in world.callbacks:
            if world.random.random() < 0.5:
                callback()
        if world.random.random() < 0.15:
            raise ValueError
        # Now and then a decorator that gives back what it was given.
        return args[0] if args and not self.swallows and world.random.random() < 0.3 else self

    def __iter__(self):
        self.world.count()
        return iter([Anything(self.world)] * self.world.random.randint(0, 2))

    def __bool__(self) -> bool:
        self.world.count()
        return self.world.random.random() < 0.5

    def __getattr__(self, name: str) -> Anything:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __setattr__(self, name: str, value: object) -> None: ...
    def __getitem__(self, key: object) -> Anything:
        return self

    def __setitem__(self, key: object, value: object) -> None: ...
    def __delitem__(self, key: object) -> None: ...
    def __enter__(self) -> Anything:
        return self

    def __exit__(self, *error: object) -> bool:
        return self.swallows

    def __add__(self, other: object) -> Anything:
        return self

    __radd__ = __iadd__ = __add__

    def __lt__(self, other: object) -> bool:
        return bool(self)


# What a program may be made of: N a name, E an expression, B a body, L a body in a loop, F the body of a function.
EXPRESSIONS = """
N(E) | (E + E) | (E if E else E) | (E and E or E) | (E < E < E) | (N := E) | (lambda N=E: E) | N.x[E] | not E
[E for N in N if E] | [E for N in N for N in N] | (E for N in N) | {N: E for N in N} | {E for N in [E, N]}
f'{N} {N:>{N}}' | [*N, E] | N(N, key=E)
""".strip()
SIMPLE = """
N = E | N = N = E | N, *N = N | N += E | N.x = E | N[N] = E | N: N = E | N: N | del N | E | N() | N(N) | pass
import sys as N | assert E, E | raise N | N = lambda: E | del N[E] | N.x += E
""".strip()
COMPOUND = [
    *("if E:\nB", "if E:\nB\nelif N:\nB\nelse:\nB", "for N in E:\nL", "for N in N:\nL\nelse:\nB", "while E:\nL"),
    *("while True:\n N()\nL\n break", "try:\nB\nexcept ValueError as N:\nB", "try:\nB\nfinally:\nB"),
    *("try:\nB\nexcept N:\nB\nelse:\nB\nfinally:\nB", "with N as N:\nB", "with suppress(N) as N:\nB"),
    *("match N:\n case [N]:\n  N = E\n case _:\n  E", "match N:\n case N if E:\n  E\n case 1:\n  N = N"),
    *("def N():\nF", "def N():\nF", "def N(N=E):\nF", "def N():\n global N\nF", "@N\ndef N(*, N: N = 1):\nF"),
    *("class N:\nB", "class N:\n def N(self):\n  E\nB", "class N(N):\n def N(self): return E"),
    *("def N():\n N = E\n def N():\n  nonlocal N\n  N = E\n  return E\n return N",),
]


class Author:
    """Writes programs at random."""

    def __init__(self, choices: random.Random) -> None:
        self.choices = choices
        self.expressions = re.split(r" \| |\n", EXPRESSIONS)
        self.simple = re.split(r" \| |\n", SIMPLE)

    def fill(self, template: str, depth: int) -> str:
        return re.sub(r"\b[NEBLF]\b", lambda slot: self.part(slot[0], depth), template)

    def part(self, slot: str, depth: int) -> str:
        if slot == "N":
            return self.choices.choice(NAMES)
        if slot == "E":
            if depth > 4 or self.choices.random() < 0.5:
                return self.choices.choice([*NAMES, *NAMES, "1", "'t'"])
            return self.fill(self.choices.choice(self.expressions), depth + 1)
        last = {"B": [], "L": ["break", "continue", "N = E", "N()"], "F": ["return E", "N()", "return N"]}[slot]
        return indent(self.program(depth + 1, last), " ")

    def program(self, depth: int = 0, last: list[str] | tuple[str, ...] = ()) -> str:
        lines = []
        for _ in range(self.choices.randint(1, 3 if depth else 6)):
            kinds = self.simple if depth > 3 or self.choices.random() < 0.5 else COMPOUND
            lines.append(self.fill(self.choices.choice(kinds), depth + 1))
        if last and self.choices.random() < 0.7:
            lines.append(self.fill(self.choices.choice(last), depth + 1))
        return "\n".join(lines)


def check(source: str, seed: int) -> None:
    try:
        tree = ast.parse(source)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            code = compile(tree, "<program>", "exec")
    except SyntaxError:
        return
    names = names_in(tree)
    world = World(seed)
    finished, tracing = False, sys.gettrace()
    try:
        sys.settrace(world.trace)
        exec(code, world)
        finished = True
    except (Stop, Exception):
        pass
    finally:
        sys.settrace(tracing)
    assert world.missed.intersection(NAMES) <= names.reads, source
    if finished:
        assert {name for name in NAMES if name in world} <= names.binds, source


@given(st.randoms(use_true_random=False), st.integers(0, 9))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_program_looks_up_a_name_that_reading_did_not_foresee(choices, seed):
    check(Author(choices).program(), seed)


@pytest.mark.parametrize("chapter", range(4))
def test_nor_does_any_of_many_programs_written_at_random(chapter):
    choices = random.Random(chapter)
    for seed in range(400):
        check(Author(choices).program(), seed)


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n return g()\nb(f)\ndef g():\n return c\nb()\nc = 1",
        "c = 1\nf = lambda: c\ndel c\nf()",
        "for a in b:\n if a: f()\n def f(): return c\nc = 1",
    ],
)
def test_nor_do_programs_that_call_functions_late(source):
    for seed in range(10):
        check(source, seed)


def test_deeply_nested_code_is_read():
    assert names_in(ast.parse(" + ".join(["a"] * 2000))).reads == {"a"}
