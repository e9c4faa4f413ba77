"""What each magic takes on its first line."""

from __future__ import annotations

from asset_magic.notebook.arguments import Argument, Positionals, Signature

_NAME = Positionals("NAME", "the key of the asset, as in orders or raw/orders")
_NAMES = Positionals("NAME...", "the keys of the assets", most=None)
_CHECKED = Positionals("ASSET", "the key of the asset that is checked")
_SELECTION = Positionals("SELECTION", "which assets, as in +orders and group:raw", 0, selection=True)
_FORGOTTEN = Positionals("SELECTION", "which assets, as in group:raw, or names alone, as in a b", selection=True)

_COMPARED = Positionals(
    "NAME [OLDER [NEWER]]",
    "the key of the asset, and places in its .history: 0 is the newest, -1 the oldest",
    numbers=2,
)

_USES = Argument("uses", "names", "names that the body reads where reading it cannot tell, as in a query string")
_BIND = Argument("bind", "name", "the notebook variable that holds the value")
_PATH = Argument("path", "text", "the file that it stands for")
_HISTORY = Argument("history", "flag", "show its materializations too")
_DESCRIPTION = Argument("description", "text", "a sentence for readers")
_LABELS = (
    Argument("group", "text", "the group that it is drawn in", aliases=("group_name",)),
    _DESCRIPTION,
    Argument("tags", "mapping", "labels, as in tier=gold,team=data"),
    Argument("kinds", "list", "what it is made with, as in pandas"),
    Argument("owners", "list", "who answers for it, as in team:data"),
    Argument("metadata", "facts", "facts about it"),
)
_RETRIES = (
    Argument("max_retries", "number", "how often the body is tried again when it fails"),
    Argument("delay", "number", "seconds to wait before it is tried again"),
    Argument("backoff", "choice", "how the delay grows", ("linear", "exponential")),
    Argument("jitter", "choice", "how the delay is spread", ("full", "plus_minus")),
)
_REQUIRED = Argument("output_required", "choice", "false: the body may give no value (None)", ("true", "false"))
_CHECKS = Argument("check_specs", "names", "checks that the body evaluates itself, as AssetCheckResults")
_CHECKS_OF = Argument(
    "check_specs", "list", "checks that the body evaluates itself, as in train:not_empty,test:not_empty"
)
_SUBSET = Argument("can_subset", "flag", "the body can make some of the assets: see context.selected_asset_keys")
_ASSET_OPTIONS = (
    Argument("deps", "keys", "assets that it depends on without reading their values"),
    Argument("ins", "inputs", "assets that the body reads, under names of its own"),
    _USES,
    Argument("key_prefix", "key", "the namespace of the key"),
    *_LABELS,
    Argument("code_version", "text", "replaces the version taken from the code"),
    *_RETRIES,
    _REQUIRED,
    Argument("defer", "flag", "register, do not run"),
    Argument("force", "flag", "run even when fresh"),
)
_CHECK_OPTIONS = (
    Argument("name", "name", "what the check is called"),
    _DESCRIPTION,
    Argument("severity", "choice", "how bad a failure is", ("warn", "error")),
    Argument("additional_deps", "keys", "what else it depends on without reading the values", aliases=("deps",)),
    _USES,
    Argument("metadata", "facts", "facts about it"),
    *_RETRIES,
    Argument("blocking", "flag", "a failure keeps what is downstream from running"),
)
_RUN_OPTIONS = (
    Argument("only", "flag", "run the selection and nothing else"),
    Argument("force", "flag", "run the selection even when fresh"),
    Argument("dry_run", "flag", "show what would run"),
)
_STORE_OPTIONS = (
    Argument("gc", "flag", "clear old values, and files that nothing refers to, away from the store"),
    Argument("dry_run", "flag", "with gc: only say what would be cleared away"),
    Argument("trust", "flag", "trust all that others have put into the store, though loading it can run their code"),
)

ASSET = Signature(
    "%%asset", "Make the cell an asset and bring it up to date.", _NAME, (_BIND, _CHECKS, *_ASSET_OPTIONS)
)
MULTI_ASSET = Signature(
    "%%multi_asset", "Make the cell several assets.", _NAMES, (_CHECKS_OF, _SUBSET, *_ASSET_OPTIONS)
)
ASSET_CHECK = Signature("%%asset_check", "Make the cell a check of an asset.", _CHECKED, _CHECK_OPTIONS)
SOURCE_ASSET = Signature(
    "%source_asset", "Declare an asset made elsewhere, as a file.", _NAME, (_PATH, _USES, *_LABELS)
)
MATERIALIZE = Signature("%materialize", "Bring assets, by default all, up to date.", _SELECTION, _RUN_OPTIONS)
ASSETS = Signature("%assets", "Show assets, by default all: status, why, checks.", _SELECTION, _STORE_OPTIONS)
ASSET_DETAIL = Signature("%asset", "Show one asset: code, dependencies, causes, checks.", _NAME, (_HISTORY,))
DIFF = Signature(
    "%diff",
    "Show how an asset and its code changed: by default, what it is now beside what it was before.",
    _COMPARED,
)
STALE = Signature("%stale", "Show what is stale and why.", _SELECTION)
FORGET = Signature("%forget", "Remove assets from the graph.", _FORGOTTEN)
ACCEPT = Signature(
    "%accept", "Take values as they are for what the present code and data would give; nothing runs.", _FORGOTTEN
)
LINEAGE = Signature("%lineage", "Draw the graph, or a part of it.", _SELECTION)
