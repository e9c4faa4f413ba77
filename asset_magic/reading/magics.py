"""What IPython's magics and shell commands read and bind, seen in the calls that IPython turns them into.

``%time z = f(x)`` becomes ``get_ipython().run_line_magic('time', 'z = f(x)')``: the code is inside a string. Magics of
IPython itself and of the common profilers are known; any other line magic is taken to read the names that IPython
would fill in (``{name}``, ``$name``).
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

_RUNS = frozenset({"time", "prun", "mprun", "lprun", "debug"})
_RUNS_ISOLATED = frozenset({"timeit", "memit"})
_ASKS = frozenset({"pinfo", "pinfo2", "pdef", "pdoc", "pfile", "psource"})  # what ``x?`` becomes
# Options that take a value as their next word.
_VALUED = {
    "timeit": "nrp",
    "memit": "rti",
    "prun": "lsTD",
    "lprun": "fmTDu",
    "mprun": "fT",
    "time": "",
    "debug": "b",
    "capture": "",
}
# Magics that run or bind what cannot be seen here.
_OPAQUE = frozenset(
    {"edit", "load", "loadpy", "macro", "pylab", "recall", "rep", "rerun", "reset", "reset_selective", "run", "store"}
    | {"xdel", "load_ext", "reload_ext"}
)
# Cell magics whose body is not Python of this kernel.
_FOREIGN = frozenset(
    {"!", "HTML", "SVG", "bash", "cmd", "file", "html", "javascript", "js", "latex", "markdown", "perl", "pypy"}
    | {"python", "python2", "python3", "ruby", "script", "sh", "svg", "sx", "system", "writefile"}
)
_CALLS = frozenset({"run_line_magic", "run_cell_magic", "system", "getoutput", "magic"})
_BRACES = re.compile(r"(?<!\{)\{([^{}]+)\}")
_DOLLAR = re.compile(r"(?<![$\\])\$\{?([A-Za-z_]\w*)")
_MAGIC_LINE = re.compile(r"^(\s*)(?:([A-Za-z_][\w.,\[\]'\" ]*=)\s*)?(%|!{1,2})([^\n=].*)$")


@dataclass(frozen=True, slots=True)
class Magic:
    """What a call of a magic means to the names around it.

    Attributes:
        bodies: code that it runs.
        isolated: that code runs in a function of its own.
        expressions: what it looks up if it is there.
        binds: names that it binds.
        opaque: it may read or bind names that cannot be seen.
    """

    bodies: tuple[list[ast.stmt], ...] = ()
    isolated: bool = False
    expressions: tuple[ast.expr, ...] = ()
    binds: tuple[str, ...] = ()
    opaque: bool = False


def read_magic(call: ast.Call) -> Magic | None:
    """What a magic reads, if ``call`` is one as IPython writes it; else None.

    >>> call = ast.parse("get_ipython().run_line_magic('time', 'z = secret')").body[0].value
    >>> ast.unparse(read_magic(call).bodies[0])
    'z = secret'
    """
    function = call.func
    if not (isinstance(function, ast.Attribute) and function.attr in _CALLS and _is_get_ipython(function.value)):
        return None
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if len(texts) != len(call.args) or not texts:
        return None
    if function.attr == "system":
        return Magic(expressions=_filled_in(texts[0]), binds=("_exit_code",))
    if function.attr == "getoutput":
        return Magic(expressions=_filled_in(texts[0]))
    if function.attr == "magic":
        name, _, line = texts[0].partition(" ")
        return _line_magic(name, line)
    if function.attr == "run_line_magic":
        return _line_magic(texts[0], texts[1] if len(texts) > 1 else "")
    return _cell_magic(*texts) if len(texts) == 3 else None


def _is_get_ipython(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "get_ipython"


def _line_magic(name: str, line: str) -> Magic:
    if name in _RUNS or name in _RUNS_ISOLATED:
        options, code = _split_options(name, line)
        body = parse_cell(code)
        if body is not None:
            return Magic(
                bodies=(body,), isolated=name in _RUNS_ISOLATED, expressions=_filled_in(line) + _expressions(options)
            )
    asked = _expressions([line.split()[-1]]) if name in _ASKS and line.strip() else ()
    return Magic(expressions=_filled_in(line) + asked, opaque=name in _OPAQUE)


def _cell_magic(name: str, line: str, body: str) -> Magic:
    if name in _FOREIGN:
        return Magic(expressions=_filled_in(line), binds=tuple(re.findall(r"--(?:out|err|proc)[ =]+(\w+)", line)))
    if name not in _RUNS and name not in _RUNS_ISOLATED and name != "capture":
        return Magic(expressions=_filled_in(line), opaque=True)
    options, rest = _split_options(name, line)
    code = parse_cell(body)
    if code is None:
        return Magic(expressions=_filled_in(line), opaque=True)
    if name == "capture":
        return Magic(bodies=(code,), binds=tuple(word for word in rest.split() if word.isidentifier()))
    setup = parse_cell(rest) or []
    return Magic(
        bodies=([*setup, *code],), isolated=name in _RUNS_ISOLATED, expressions=_filled_in(line) + _expressions(options)
    )


def _split_options(name: str, line: str) -> tuple[list[str], str]:
    """The functions that leading options name, and the code that follows the options."""
    valued, named, rest = _VALUED.get(name, ""), [], line.strip()
    while rest.startswith("-") and not rest.startswith("- "):
        word, _, rest = rest.partition(" ")
        rest = rest.lstrip()
        if word == "--":
            break
        if len(word) == 2 and word[1] in valued:
            value, _, rest = rest.partition(" ")
            rest = rest.lstrip()
            if word == "-f":
                named.append(value)
    return named, rest


def _filled_in(text: str) -> tuple[ast.expr, ...]:
    """The expressions that IPython replaces by their values in the text of a command."""
    if "{" not in text and "$" not in text:
        return ()
    return _expressions([*_BRACES.findall(text), *_DOLLAR.findall(text)])


def _expressions(texts: list[str]) -> tuple[ast.expr, ...]:
    found = []
    for text in texts:
        try:
            found.append(ast.parse(text.strip(), mode="eval").body)
        except (SyntaxError, ValueError):
            continue
    return tuple(found)


def parse_cell(text: str) -> list[ast.stmt] | None:
    r"""The statements of a cell's text, which may hold magics and shell commands; None if it cannot be read.

    Lines keep their numbers.

    >>> [ast.unparse(statement) for statement in parse_cell("files = !ls\n%time x = 1")]
    ["files = get_ipython().getoutput('ls')", "get_ipython().run_line_magic('time', 'x = 1')"]
    """
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError):
        pass
    if text.lstrip().startswith("%%"):
        blank, _, cell = text.partition("%%")
        head, _, body = cell.partition("\n")
        name, _, line = head.partition(" ")
        text = f"{blank}get_ipython().run_cell_magic({name!r}, {line.strip()!r}, {body!r})"
    else:
        text = "\n".join(map(_plain_line, text.split("\n")))
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError):
        return None


def _plain_line(line: str) -> str:
    match = _MAGIC_LINE.match(line)
    if match is None:
        return line
    indent, target, mark, command = match.groups()
    if mark == "%":
        name, _, rest = command.partition(" ")
        call = f"run_line_magic({name!r}, {rest.strip()!r})"
    else:
        call = f"{'getoutput' if target or mark == '!!' else 'system'}({command!r})"
    return f"{indent}{target + ' ' if target else ''}get_ipython().{call}"
