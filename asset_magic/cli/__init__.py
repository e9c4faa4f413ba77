"""The command line: ``asset-magic materialize NOTEBOOK.ipynb`` runs a notebook and brings its assets up to date.

``asset-magic gc`` clears old values away from a store, ``asset-magic trust`` trusts what others have put into it.
"""

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
  asset-magic gc --keep 2 --dry-run

exit codes:
  0  all is well
  1  an asset or a blocking check failed, or a cell raised an error
  2  no such file, no notebook, no store, or a selection that cannot be used
"""
_STORE = "the folder of the store; by default ASSET_MAGIC_HOME, or else .asset_magic in the working folder"
_SELECT = "only these assets and what they are computed from, as in '+model', 'group:raw' or 'a or b'; all by default"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: the arguments behind the command's name; those of this process by default.

    Returns:
        The exit code.
    """
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
        return code
    except KeyboardInterrupt:
        print("asset-magic: interrupted", file=sys.stderr)
        return INTERRUPTED


def _materialize(arguments: argparse.Namespace) -> int:
    from asset_magic.cli.materialize import UsageError, materialize

    try:
        return materialize(arguments.notebook, arguments.select, arguments.output)
    except UsageError as error:
        return _refused(error)


def _gc(arguments: argparse.Namespace) -> int:
    from asset_magic.cli.stores import UnusableStoreError, gc

    try:
        gc(arguments.store, keep=arguments.keep, dry=arguments.dry_run)
    except UnusableStoreError as error:
        return _refused(error)
    return OK


def _trust(arguments: argparse.Namespace) -> int:
    from asset_magic.cli.stores import UnusableStoreError, trust

    try:
        trust(arguments.store)
    except UnusableStoreError as error:
        return _refused(error)
    return OK


def _refused(error: Exception) -> int:
    print(f"asset-magic: {error}", file=sys.stderr)
    return USAGE


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
        description="Materialize the data assets of a notebook, without a Jupyter server, and look after their store.",
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
    command.set_defaults(run=_materialize)
    command = commands.add_parser(
        "gc",
        help="clear old values away from a store",
        description="Clear old values, and files that nothing refers to, away from a store. All of the history stays.",
    )
    command.add_argument("--store", metavar="FOLDER", help=_STORE)
    command.add_argument("--keep", metavar="N", type=_count, default=5, help="values of each asset that stay; 5")
    command.add_argument("--dry-run", action="store_true", help="only say what would be cleared away")
    command.set_defaults(run=_gc)
    command = commands.add_parser(
        "trust",
        help="trust what others have put into a store",
        description="Trust all that a store holds now. Loading what others have stored can run their code: do this "
        "only if you trust all who could write into the store.",
    )
    command.add_argument("--store", metavar="FOLDER", help=_STORE)
    command.set_defaults(run=_trust)
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            f"at least 1 value of each asset stays, not {text}; to drop all, delete the store"
        )
    return int(text)
