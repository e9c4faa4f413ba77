"""The command line: ``asset-magic materialize NOTEBOOK.ipynb`` runs a notebook and brings its assets up to date."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

_EXAMPLES = """\
examples:
  asset-magic materialize report.ipynb
  asset-magic materialize report.ipynb --select "+model"
  asset-magic materialize report.ipynb --select "group:ingestion or tag:daily" --output done.ipynb

exit codes:
  0  all is well
  1  an asset or a blocking check failed, or a cell raised an error
  2  no such file, no notebook, or a selection that cannot be used
"""
_SELECT = "only these assets and what they are computed from, as in '+model', 'group:raw' or 'a or b'; all by default"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: the arguments behind the command's name; those of this process by default.

    Returns:
        The exit code.
    """
    arguments = _parser().parse_args(argv)
    from asset_magic.cli.materialize import UsageError, materialize

    try:
        return materialize(arguments.notebook, arguments.select, arguments.output)
    except UsageError as error:
        print(f"asset-magic: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("asset-magic: interrupted", file=sys.stderr)
        return INTERRUPTED


class _Version(argparse.Action):
    """Prints the version; the package is imported only then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from asset_magic import __version__

        print(f"asset-magic {__version__}")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    style = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="asset-magic",
        description="Materialize the data assets of a notebook, without a Jupyter server.",
        epilog=_EXAMPLES,
        formatter_class=style,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and leave")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    command = commands.add_parser(
        "materialize",
        help="run the cells of a notebook in order and bring its assets up to date",
        description="Run the cells of a notebook in order, in its folder, and bring its assets up to date.",
        epilog=_EXAMPLES,
        formatter_class=style,
    )
    command.add_argument("notebook", metavar="NOTEBOOK.ipynb", help="the notebook; it is not changed")
    command.add_argument("--select", metavar="SELECTION", help=_SELECT)
    command.add_argument("--output", metavar="OUT.ipynb", help="write the notebook with its outputs here")
    return parser
