"""Selections: how text is read, printed and refused, and which assets it stands for."""

from dataclasses import dataclass, field

import pytest

from asset_magic.graph.selection import select
from asset_magic.graph.selection_nodes import (
    All,
    And,
    Group,
    Is,
    Key,
    KeyPrefix,
    KeySubstring,
    Kind,
    Neighbors,
    Not,
    Or,
    Owner,
    Reach,
    Roots,
    Sinks,
    Status,
    Tag,
)
from asset_magic.graph.selection_syntax import listed, parse
from asset_magic.model.errors import SelectionError
from asset_magic.model.keys import AssetKey
from asset_magic.model.specs import AssetSpec

KNOWN = "there are key, group, tag, kind, owner, is, status, key_prefix, key_substring"
A, B, C = Key("a"), Key("b"), Key("c")


@dataclass
class Assets:
    """A graph given as what each asset is computed from, in topological order."""

    edges: dict[str, tuple[str, ...]]
    said: dict[str, dict] = field(default_factory=dict)
    external: frozenset[str] = frozenset()
    made_together: tuple[str, ...] = ()

    def __post_init__(self):
        self.keys = [AssetKey(name) for name in self.edges]
        self.down = {name: [] for name in self.edges}
        for name, above in self.edges.items():
            for up in above:
                self.down.setdefault(up, []).append(AssetKey(name))

    def upstream(self, key):
        return [AssetKey(name) for name in self.edges.get(key, ())]

    def downstream(self, key):
        return self.down[key]

    def spec(self, key):
        return AssetSpec(key=key, **self.said.get(key, {}))

    def is_external(self, key):
        return key in self.external

    def needed_with(self, key):
        return [AssetKey(name) for name in self.made_together] if key in self.made_together else []


SHOP = Assets(
    edges={
        "orders_csv": (),
        "raw/orders": ("orders_csv",),
        "raw/rates": (),
        "orders": ("raw/orders", "raw/rates"),
        "daily": ("orders",),
        "report": ("daily",),
        "model": ("orders", "not_defined"),
    },
    said={
        "raw/orders": {"group_name": "ingestion", "kinds": ("csv",)},
        "raw/rates": {"group_name": "ingestion", "tags": {"tier": "raw", "source": "bank"}},
        "orders": {"tags": {"tier": "gold"}, "owners": ("team:data",), "kinds": ("pandas", "scikit-learn")},
        "model": {"owners": ("me@x.org",), "bind": "fitted"},
    },
    external=frozenset({"orders_csv"}),
    made_together=("daily", "report"),
)
STATUSES = {"orders": {"stale", "failed"}, "daily": {"stale"}, "report": {"missing"}}


def chosen(text, graph=SHOP, **options):
    return " ".join(select(parse(text), graph, lambda key: STATUSES.get(key, {"fresh"}), **options))


@pytest.mark.parametrize(
    ("text", "selection"),
    [
        ("a", A),
        ("key:a", A),
        ("*", All()),
        ("*/orders", Key("*/orders")),
        ('key:"raw_*"', Key("raw_*")),
        ("group:g", Group("g")),
        ("tag:tier", Tag("tier")),
        ("tag:tier=gold", Tag("tier", "gold")),
        ('tag:"my tier" = "pure gold"', Tag("my tier", "pure gold")),
        ("kind:scikit-learn", Kind("scikit-learn")),
        ("owner:team:data", Owner("team:data")),
        ('owner:"me@x.org"', Owner("me@x.org")),
        ("owner:<null>", Owner(None)),
        ("kind:<null>", Kind(None)),
        ("tag:<null>", Tag(None)),
        ("is:external", Is("external")),
        ("status:failed", Status("failed")),
        ("status:STALE", Status("stale")),
        ("group:<null>", Group(None)),
        ('tag:tier=""', Tag("tier", "")),
        ("tag:tier=<null>", Tag("tier", "")),
        ("key_prefix:raw/eu", KeyPrefix("raw/eu")),
        ("key_substring:ord", KeySubstring("ord")),
        ("required_multi_asset_neighbors(a)", Neighbors(A)),
        ("2+a", Reach(A, up=2)),
        ("a+", Reach(A, down=None)),
        ("1+a+1", Reach(A, up=1, down=1)),
        ("+a+", Reach(A, up=None, down=None)),
        ("0+a", A),
        ("(+a)+", Reach(Reach(A, up=None), down=None)),
        ("sinks(a or b)", Sinks(Or((A, B)))),
        ("roots (*)+1", Reach(Roots(All()), down=1)),
        ("a AND NOT b", And((A, Not(B)))),
        ("a or b and c", Or((A, And((B, C))))),
        ("(a or b) and c", And((Or((A, B)), C))),
        ("not a and b", And((Not(A), B))),
        ("not +a or b", Or((Not(Reach(A, up=None)), B))),
        ("a, b", Or((A, B))),
        ("a or (b or c)", Or((A, B, C))),
        ("roots or sinks", Or((Key("roots"), Key("sinks")))),
        ("group and is and android", And((Key("group"), Key("is"), Key("android")))),
    ],
)
def test_text_is_read(text, selection):
    assert parse(text) == selection
    assert parse(str(selection)) == selection


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("key:orders", "orders"),
        ("( +orders )AND(NOT group:raw)", "+orders and not group:raw"),
        ("a, b and (c, d)", "a or b and (c or d)"),
        ("not (a and b)+", "not (a and b)+"),
        ("(not a)+2", "(not a)+2"),
        ('key:"AND"', 'key:"AND"'),
        ("key:'say \"x\"'", "key:'say \"x\"'"),
        ('group:"<null>"', 'group:"<null>"'),
    ],
)
def test_a_selection_prints_canonical_text(text, printed):
    assert str(parse(text)) == printed
    assert parse(printed) == parse(text)


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("a b", "expected 'and' or 'or' here: did you mean 'a or b'?", 2),
        ("(a b)", "expected 'and' or 'or' here: did you mean 'a or b'?", 3),
        ("a And b", "write 'and' in lower case", 2),
        ("a and", "the selection ends too early after 'and'", 5),
        ("a and and b", "expected an asset after 'and', not 'and'", 6),
        ("a, ", "the selection ends too early after ','", 3),
        ("b and (a or c", "this '(' is not closed", 6),
        ("a)", "this ')' closes nothing", 1),
        ("()", "expected an asset after '(', not ')'", 1),
        ("a & b", "unexpected '&': write 'and'", 2),
        ("!a", "expected an asset, not '!': write 'not'", 0),
        ("my-asset", "unexpected '-': write 'and not'; a name with '-' in it needs quotes", 2),
        ("group=g", "unexpected '=': only tag:key=value takes '='", 5),
        ("grp:x", "unknown attribute 'grp:': did you mean group?", 0),
        ("zzz:x", f"unknown attribute 'zzz:': {KNOWN}", 0),
        ("a, column:x", f"Dagster's 'column:' says nothing of a notebook: {KNOWN}", 3),
        ("sink(a)", "expected 'and' or 'or' here: did you mean sinks(...)?", 4),
        ("a (b)", "expected 'and' or 'or' here", 2),
        ("a or group:", "group: needs a value", 11),
        ("tag:a= and b", "tag: needs a value", 7),
        ("status:<null>", "status: needs a value", 7),
        ("status:stal", "unknown status:stal: did you mean stale?", 7),
        ('a or key:"b', "this quote is not closed", 9),
        ('key:""', "there is no name in these quotes", 4),
        ("9999999999+a", "too many levels: leave the number out for all of them", 0),
        ("\ta b", "expected 'and' or 'or' here: did you mean 'a or b'?", 3),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_a_caret_under_the_column(text, message, column):
    with pytest.raises(SelectionError) as caught:
        parse(text)

    assert str(caught.value) == f"{message}\n  {text.replace(chr(9), ' ').rstrip()}\n  {' ' * column}^"


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_selection_is_refused(text):
    with pytest.raises(SelectionError, match="the selection is empty: write \\* for every asset"):
        parse(text)


def test_a_caret_stands_under_its_column_beside_wide_letters():
    with pytest.raises(SelectionError) as caught:
        parse('"\u6ce8e\u0301" b')

    # One letter takes two columns, and an accent none.
    assert str(caught.value).endswith(f"\n  {' ' * 6}^")


@pytest.mark.parametrize(
    "text", ["a" * 5000 + " b", "x" * 5000 + ":a", "status:" + "x" * 5000, "a or " + "b" * 5000 + "(", "not " * 5000]
)
def test_long_mistakes_are_told_in_short(text):
    with pytest.raises(SelectionError) as caught:
        parse(text)

    assert len(str(caught.value)) < 400


def test_a_caret_stays_in_sight_in_a_long_text():
    with pytest.raises(SelectionError) as caught:
        parse("a or " * 1000 + "b c")

    shown, caret = str(caught.value).split("\n")[1:]
    assert len(shown) < 80
    assert shown[caret.index("^")] == "c"


@pytest.mark.parametrize(
    "text", ["(" * 5000 + "a", "not " * 5000 + "a", "sinks(" * 5000, "(not " * 40 + "a" + ")" * 40]
)
def test_nesting_is_bounded(text):
    with pytest.raises(SelectionError, match="nested more than 50 deep"):
        parse(text)


def test_the_deepest_selection_can_be_printed_compared_and_selected():
    text = "1+(a and (b or roots(" * 12 + "a" + ")))+1" * 12

    assert parse(str(parse(text))) == parse(text)
    assert hash(parse(text)) == hash(parse(text))
    assert chosen(text, Assets({"a": (), "b": ("a",)})) == "a b"


def test_long_unions_are_no_nesting():
    names = [f"a{i}" for i in range(5000)]

    assert len(select(parse(" or ".join(names)), Assets(dict.fromkeys(names, ())), lambda key: ())) == 5000


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("*", "orders_csv raw/orders raw/rates orders daily report model"),
        ("rates", "raw/rates"),
        ("fitted", "model"),
        ("report or orders_csv", "orders_csv report"),
        ("raw/*", "raw/orders raw/rates"),
        ("*orders", "raw/orders orders"),
        ("*r*o*r*", "raw/orders report"),
        ('key:"o*s"', "orders"),
        ("+orders", "orders_csv raw/orders raw/rates orders"),
        ("1+orders+1", "raw/orders raw/rates orders daily model"),
        ("(1+orders)+1", "raw/orders raw/rates orders daily model"),
        ("+model and not model", "orders_csv raw/orders raw/rates orders"),
        ("+orders and group:ingestion", "raw/orders raw/rates"),
        ("group:default and raw/orders+", "orders daily report model"),
        ("tag:tier=gold", "orders"),
        ("tag:*=bank", "raw/rates"),
        ("tag:<null> and group:ingestion", "raw/orders"),
        ("kind:<null>", "orders_csv raw/rates daily report model"),
        ("owner:team:*", "orders"),
        ("owner:me@x.org", "model"),
        ("is:external", "orders_csv"),
        ("is:materializable and 1+orders", "raw/orders raw/rates orders"),
        ("status:stale", "orders daily"),
        ("status:failed or status:missing", "orders report"),
        ("status:fresh and orders+", "model"),
        ("roots(is:materializable)", "raw/orders raw/rates"),
        ("sinks(orders or daily)", "daily"),
        ("roots(raw/rates or report)", "raw/rates"),
        ("sinks(raw/rates or report)", "report"),
        ("not group:nothing and daily", "daily"),
        ('tag:tier="" or tag:tier=gold', "orders"),
        ("key_prefix:raw", "raw/orders raw/rates"),
        ("key_prefix:orders", "orders"),
        ("key_substring:aw/o or key_substring:csv", "orders_csv raw/orders"),
        ("required_multi_asset_neighbors(report or model)", "daily report model"),
    ],
)
def test_what_a_selection_stands_for(text, keys):
    assert chosen(text) == keys


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("order", "no asset is called 'order': did you mean orders?"),
        ("+ordrs and *", "no asset is called 'ordrs': did you mean orders?"),
        ("group:nothing and ordrs", "no asset is called 'ordrs': did you mean orders?"),
        ("* or rate", "no asset is called 'rate': did you mean raw/rates?"),
        ("not_defined", "no asset is called 'not_defined'"),
        ("group:nothing", "'group:nothing' matches no asset"),
        ("daily  AND report", "'daily and report' matches no asset"),
        ("zzz*", "'zzz*' matches no asset"),
    ],
)
def test_a_selection_without_assets_is_refused(text, message):
    with pytest.raises(SelectionError) as caught:
        chosen(text)

    assert str(caught.value) == message


@pytest.mark.parametrize("text", ["a" * 5000, " and ".join(["group:nothing"] * 500)])
def test_what_a_long_selection_lacks_is_told_in_short(text):
    with pytest.raises(SelectionError) as caught:
        chosen(text)

    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("text", "selection"),
    [("a b", "a or b"), (" raw/a  b* ", "raw/a or b*"), ("a", "a"), ("a and b", "a and b"), ("a b+", "a b+"), ("", "")],
)
def test_names_alone_are_a_list_where_lists_are_taken(text, selection):
    assert listed(text) == selection


def test_an_empty_selection_may_be_allowed():
    assert chosen("group:nothing", allow_empty=True) == ""


def test_a_last_part_that_two_keys_share_is_refused():
    graph = Assets({"raw/orders": (), "gold/orders": ("raw/orders",)})

    with pytest.raises(SelectionError, match="'orders' may be raw/orders or gold/orders: write the whole key"):
        chosen("orders", graph)
    assert chosen("gold/orders", graph) == "gold/orders"


def test_a_graph_without_assets_says_so():
    with pytest.raises(SelectionError, match="no asset is called 'a': there are no assets yet"):
        chosen("a", Assets({}))


def test_status_is_asked_only_where_the_selection_names_one():
    assert select(parse("+daily and group:ingestion"), SHOP, pytest.fail) == ("raw/orders", "raw/rates")


def test_chains_may_be_long():
    names = [f"a{i}" for i in range(10_000)]
    chain = Assets({name: tuple(names[i - 1 : i]) if i else () for i, name in enumerate(names)})

    assert chosen("+a9999", chain) == chosen("a0+", chain) == " ".join(names)
    assert chosen("9999+a9999", chain) == " ".join(names)
    assert chosen("roots(a0 or a9999)", chain) == "a0"
    assert chosen("sinks(*)", chain) == "a9999"
