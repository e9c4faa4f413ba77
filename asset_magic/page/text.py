"""How text is made fit to show: escaped, visible, short, and in colours that read on light and dark.

Everything that users write (names, descriptions, reprs, metadata, errors) passes through here before it is drawn.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING
from zlib import crc32

from asset_magic.session.summary import steady as steady  # shown texts are made steady here, too

if TYPE_CHECKING:
    from asset_magic.session.views import CheckView

LINE = 160
"""Characters shown of a text on one line, unless a caller says otherwise."""

BLOCK_LINES = 40
"""Lines shown of a block of text."""

BLOCK_WIDTH = 240
"""Characters shown of each line of a block."""

# Colours and movements of the cursor, as programs write them for terminals.
_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
# Controls, direction overrides, invisible characters, lone surrogates and what XML forbids. Joiners are left: emoji and
# several scripts need them.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb"
    r"\ufffe\uffff]"
)

# What JupyterLab's sanitiser lets through in an untrusted notebook: hex and rgba colours, opacity, plain properties.
# It drops currentColor, inherit, gap and var().
MUTED = "opacity:0.65"
MONO = "font-family:monospace"
RULE = "1px solid rgba(128,128,128,0.35)"

# A solid pill with white text reads the same on any background.
STATUS_FILL = {
    "fresh": "#1a7f4b",
    "stale": "#a16207",
    "missing": "#6b7280",
    "failed": "#c53030",
    "running": "#2563eb",
    "skipped": "#6b7280",
    "source": "#6d28d9",
}
# Text in these reads at 4:1 or better on white and on near-black.
GOOD, WARN, BAD, NEUTRAL = "#26884f", "#a8700f", "#d9483b", "#7a7f87"

# As far from each other as white text on them and bars of them on black allow. No red or bright green, which would
# look like a verdict.
_GROUP_COLOURS = (
    "#0b7f78", "#c24e00", "#9c1878", "#3048c0", "#784800", "#9054cc", "#00606c", "#6c486c", "#b45484", "#0074c4",
    "#946600", "#3c6024", "#7830a8", "#9c5448", "#5f7600", "#3c609c", "#84609c", "#6060d8", "#6c6c48", "#a83ca8",
)  # fmt: skip
_DEFAULT_GROUP = "#64748b"
# A start of the checksum by which names that many give their groups (raw, staging, marts, …) get colours of their own.
_APART = 246365


def visible(text: str) -> str:
    r"""``text`` with invisible and direction-changing characters shown as symbols; line breaks and tabs stay.

    >>> visible("red \x1b[31m")
    'red ␛[31m'
    """
    if text.isprintable():
        return text
    return _UNSEEN.sub(_symbol, text.replace("\r\n", "\n"))


def _symbol(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def shorten(text: str, limit: int = LINE) -> str:
    """``text`` in at most ``limit`` characters, the last one an ellipsis where something was cut.

    >>> shorten("customer_lifetime_value", 12)
    'customer_li…'
    """
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def one_line(text: str, limit: int = LINE) -> str:
    r"""``text`` as one visible line of at most ``limit`` characters.

    >>> one_line("two\n  lines")
    'two lines'
    """
    if len(text) <= limit and text.isprintable():
        return steady(text)
    head = text[: 4 * limit]
    line = " ".join(visible(steady(head)).split())
    return shorten(line + "…" if len(head) < len(text) else line, limit)


def block(text: str, lines: int = BLOCK_LINES, width: int = BLOCK_WIDTH) -> str:
    r"""``text`` as at most ``lines`` visible lines of at most ``width`` characters.

    >>> print(block("a\nb\nc\nd", lines=2))
    a
    b
    … 2 more lines
    """
    text = text.strip("\n")
    # No more than this can show, and a text may be huge.
    head = text[: 4 * lines * width]
    rows = visible(steady(head)).expandtabs().split("\n")
    more = len(rows) - lines + text.count("\n", len(head))
    shown = [shorten(row.rstrip(), width) for row in rows[:lines]]
    if more > 0:
        shown.append(f"… {plural(more, 'more line')}")
    return "\n".join(shown)


def escaped(text: str, limit: int = LINE) -> str:
    """``text`` as one visible line, safe inside HTML and its quoted attributes.

    >>> escaped("<img onerror=x>")
    '&lt;img onerror=x&gt;'
    """
    return html.escape(one_line(text, limit))


def isolated(text: str, limit: int = LINE) -> str:
    """`escaped` text whose direction, right-to-left or not, leaves its surroundings alone."""
    line = escaped(text, limit)
    return line if line.isascii() else f"<bdi>{line}</bdi>"


def plural(count: int, noun: str, many: str = "") -> str:
    """``count`` and its noun.

    >>> plural(1, "asset"), plural(1200, "asset")
    ('1 asset', '1,200 assets')
    """
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def took(seconds: float) -> str:
    """A duration in words.

    >>> took(0.0002), took(0.0123), took(1.44), took(75), took(7300)
    ('< 1 ms', '12 ms', '1.4 s', '1 min 15 s', '2 h 1 min')
    """
    if seconds < 0.001:
        return "< 1 ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, left = divmod(round(seconds), 60)
    return f"{minutes} min {left} s" if minutes < 60 else f"{minutes // 60:,} h {minutes % 60} min"


def as_printed(text: str) -> str:
    r"""What a terminal shows of ``text``: without colours, and of lines that were written over only the last state.

    >>> as_printed("10%\r100%\n\x1b[31mred\x1b[0m")
    '100%\nred'
    """
    lines = _TERMINAL.sub("", text).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)


def columns(text: str) -> int:
    """How many columns of a terminal ``text`` takes; wide characters take two and combining ones none.

    >>> columns("café"), columns("データ")
    (4, 6)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


@lru_cache(maxsize=1024)
def group_colour(group: str) -> str:
    """The colour of a group: always the same for one name."""
    if group == "default":
        return _DEFAULT_GROUP
    return _GROUP_COLOURS[crc32(group.encode("utf-8", "surrogatepass"), _APART) % len(_GROUP_COLOURS)]


def check_mark(check: CheckView) -> tuple[str, str]:
    """The sign of a check's verdict and its colour."""
    if check.passed:
        return "✓", GOOD
    if check.passed is None:
        return "○", NEUTRAL
    return ("!", WARN) if check.severity == "WARN" else ("✗", BAD)


def check_counts(checks: tuple[CheckView, ...]) -> list[tuple[str, str, int]]:
    """How many checks got each verdict: sign, colour and count, failures last."""
    counts: dict[tuple[str, str], int] = {}
    for check in checks:
        mark = check_mark(check)
        counts[mark] = counts.get(mark, 0) + 1
    order = "○✓!✗"
    return [(sign, colour, counts[sign, colour]) for sign, colour in sorted(counts, key=lambda m: order.index(m[0]))]


def pill(word: str) -> str:
    """A status word on its colour, as HTML."""
    fill = STATUS_FILL.get(word, NEUTRAL)
    return (
        f'<span style="background:{fill};color:#ffffff;border-radius:8px;padding:1px 8px;font-size:85%;'
        f'white-space:nowrap">{html.escape(word)}</span>'
    )


def chip(label: str, fill: str = "") -> str:
    """A label in small, on a colour of its own or else in an outline, as HTML."""
    look = f"background:{fill};color:#ffffff" if fill else f"border:{RULE};opacity:0.75"
    style = f"{look};border-radius:8px;padding:0 7px;font-size:80%;white-space:nowrap"
    return f'<span style="{style}">{isolated(label, 70)}</span>'


def key_html(key: str) -> str:
    """A key with its namespace muted and its name bold."""
    prefix, _, name = key.rpartition("/")
    bold = f"<b>{isolated(name)}</b>"
    return f'<span style="{MUTED}">{isolated(prefix)}/</span>{bold}' if prefix else bold
