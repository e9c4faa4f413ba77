"""Control flow: which names are surely bound after branches, loops, handlers and matches.

In the body of a function the order of statements does not matter to its names, so all of this is for the top level
and for class bodies, where `Walk.block` is set.
"""

from __future__ import annotations

import ast

from asset_magic.reading.scopes import Block, Loop, Path, join
from asset_magic.reading.walk import Walk, handles

# Context managers that may swallow an exception, so that their body may not have run to its end.
_SWALLOWS = ("suppress", "raises", "ignor", "catch", "swallow", "exitstack")


@handles("If", "IfExp")
def _if(walk: Walk, node: ast.If | ast.IfExp) -> None:
    walk.visit(node.test)
    sides = [node.body, node.orelse] if isinstance(node, ast.If) else [[node.body], [node.orelse]]
    if walk.block is None:
        for side in sides:
            walk.body(side)
        return
    block, start, ends = walk.block, walk.block.path, []
    for side in sides:
        block.path = start.fork()
        walk.body(side)
        ends.append(block.path)
    block.path = join(ends)


@handles("BoolOp")
def _and_or(walk: Walk, node: ast.BoolOp) -> None:
    walk.visit(node.values[0])
    _perhaps(walk, node.values[1:])


@handles("Compare")
def _compare(walk: Walk, node: ast.Compare) -> None:
    walk.visit(node.left)
    walk.visit(node.comparators[0])
    if len(node.comparators) > 1:
        _perhaps(walk, node.comparators[1:])


@handles("Assert")
def _assert(walk: Walk, node: ast.Assert) -> None:
    walk.visit(node.test)
    if node.msg is not None:
        _perhaps(walk, [node.msg])


def _perhaps(walk: Walk, nodes: list[ast.expr]) -> None:
    """Read what may not be evaluated: what a walrus in it binds is not sure."""
    bound = set(walk.block.path.bound) if walk.block is not None else None
    walk.body(nodes)
    if walk.block is not None and bound is not None:
        walk.block.path.bound = bound


@handles("Raise", "Break", "Continue")
def _leave(walk: Walk, node: ast.stmt) -> None:
    walk.children(node)
    block = walk.block
    if block is None:
        return
    if block.loops and not isinstance(node, ast.Raise) and not block.path.dead:
        loop = block.loops[-1]
        (loop.breaks if isinstance(node, ast.Break) else loop.again).append(block.path.fork())
    block.path.dead = True


@handles("For", "AsyncFor", "While")
def _loop(walk: Walk, node: ast.For | ast.AsyncFor | ast.While) -> None:
    if isinstance(node, ast.AsyncFor) and not walk.depth:
        walk.awaits = True
    if walk.block is None:
        walk.children(node)
        return
    block = walk.block
    walk.visit(node.test if isinstance(node, ast.While) else node.iter)
    start, outer_gone, loop = block.path.fork(), block.gone, Loop()
    block.gone = set()
    block.loops.append(loop)
    if not isinstance(node, ast.While):
        walk.visit(node.target)
    walk.body(node.body)
    loop.again.append(block.path)
    block.loops.pop()
    block.path = _after(walk, start, loop, block.gone)
    block.path.dead = start.dead or _is_endless(node)
    block.gone |= outer_gone
    walk.body(node.orelse)
    if loop.breaks:
        block.path = join([block.path, *loop.breaks])


def _after(walk: Walk, start: Path, loop: Loop, gone: set[str]) -> Path:
    """What is known when a loop has run zero or more times.

    A name that one round deletes is missing in the next one.
    """
    alive = [path for path in loop.again if not path.dead]
    lost = {name for name in gone & start.bound if any(name not in path.bound for path in alive)}
    walk.reads |= lost
    maybe = start.maybe.union(*(path.maybe for path in loop.again))
    return Path(start.bound - lost, maybe)


def _is_endless(node: ast.AST) -> bool:
    return isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and bool(node.test.value)


@handles("With", "AsyncWith")
def _with(walk: Walk, node: ast.With | ast.AsyncWith) -> None:
    if isinstance(node, ast.AsyncWith) and not walk.depth:
        walk.awaits = True
    block = walk.block
    if block is None or not any(_may_swallow(item.context_expr) for item in node.items):
        walk.body(node.items)
        walk.body(node.body)
        return
    start, outer_gone = block.path.fork(), block.gone
    block.gone = set()
    walk.body(node.items)
    walk.body(node.body)
    block.path = block.interrupted(start)
    block.gone |= outer_gone


def _may_swallow(manager: ast.expr) -> bool:
    function = manager.func if isinstance(manager, ast.Call) else manager
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return any(word in name.lower() for word in _SWALLOWS)


@handles("Try", "TryStar")
def _try(walk: Walk, node: ast.Try) -> None:
    block = walk.block
    if block is None:
        walk.children(node)
        return
    start, outer_gone = block.path.fork(), block.gone
    block.gone = set()
    walk.body(node.body)
    # The body may stop at any statement: sure is only what was sure before it.
    broken = block.interrupted(start)
    walk.body(node.orelse)
    ends = [block.path]
    for handler in node.handlers:
        block.path = broken.fork()
        walk.visit(handler)
        ends.append(block.path)
    block.path = join(ends)
    if node.finalbody:
        _finally(walk, block, node.finalbody, start)
    block.gone |= outer_gone


def _finally(walk: Walk, block: Block, body: list[ast.stmt], start: Path) -> None:
    joined, gone = block.path, block.gone
    block.path, block.gone = Path(start.bound - gone, joined.maybe), set()
    walk.body(body)
    final = block.path
    block.path = Path((joined.bound - block.gone) | final.bound, final.maybe, joined.dead or final.dead)
    for loop in block.loops:
        for path in (*loop.breaks, *loop.again):
            path.bound -= block.gone
    block.gone |= gone


@handles("ExceptHandler")
def _handler(walk: Walk, node: ast.ExceptHandler) -> None:
    if node.type is not None:
        walk.visit(node.type)
    if node.name:
        walk.bind(node.name)
    walk.body(node.body)
    if node.name and walk.block is not None:
        walk.drop(node.name)


@handles("Match")
def _match(walk: Walk, node: ast.Match) -> None:
    walk.visit(node.subject)
    block = walk.block
    if block is None:
        walk.body(node.cases)
        return
    start, ends, complete = block.path, [], False
    for case in node.cases:
        block.path = start.fork()
        walk.children(case)
        ends.append(block.path)
        complete = complete or (case.guard is None and _matches_all(case.pattern))
    if not complete:
        ends.append(start)
    block.path = join(ends)


def _matches_all(pattern: ast.pattern) -> bool:
    if isinstance(pattern, ast.MatchOr):
        return any(map(_matches_all, pattern.patterns))
    return isinstance(pattern, ast.MatchAs) and (pattern.pattern is None or _matches_all(pattern.pattern))


@handles("MatchAs", "MatchStar", "MatchMapping")
def _capture(walk: Walk, node: ast.MatchAs | ast.MatchStar | ast.MatchMapping) -> None:
    walk.children(node)
    name = node.rest if isinstance(node, ast.MatchMapping) else node.name
    if name:
        walk.bind(name)
