"""The grammar of the magics' first lines: what each form means, and what each mistake is told."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asset_magic.model.errors import ArgumentError, DefinitionError
from asset_magic.model.keys import AssetKey
from asset_magic.notebook import signatures
from asset_magic.notebook.arguments import Signature
from asset_magic.notebook.signatures import (
    ASSET,
    ASSET_CHECK,
    ASSET_DETAIL,
    ASSETS,
    FORGET,
    LINEAGE,
    MATERIALIZE,
    MULTI_ASSET,
    SOURCE_ASSET,
    STALE,
)

SIGNATURES = [value for value in vars(signatures).values() if isinstance(value, Signature)]


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("x", {}),
        ("  x  ", {}),
        ("x deps=a", {"deps": ("a",)}),
        ("x deps=a,b", {"deps": ("a", "b")}),
        ("deps=a,b x", {"deps": ("a", "b")}),
        ("x deps=[a, b]", {"deps": ("a", "b")}),
        ("x deps=[a, b,]", {"deps": ("a", "b")}),
        ('x deps="a, b"', {"deps": ("a", "b")}),
        ("x deps=['a', \"b\"]", {"deps": ("a", "b")}),
        ("x deps='a',\"b\"", {"deps": ("a", "b")}),
        ("x deps=a,a,raw/b", {"deps": ("a", "raw/b")}),
        ("x max_retries=3 delay=.5", {"max_retries": 3, "delay": 0.5}),
        ("x --deps=a,b --group g", {"deps": ("a", "b"), "group": "g"}),
        ("x --deps [a, b]", {"deps": ("a", "b")}),
        ("x --key-prefix raw/eu", {"key_prefix": "raw/eu"}),
        ("x group_name=g", {"group": "g"}),
        ("x tags=tier=gold,team=data", {"tags": {"tier": "gold", "team": "data"}}),
        ("x tags=[tier=gold]", {"tags": {"tier": "gold"}}),
        ('x tags="tier=gold, team=data"', {"tags": {"tier": "gold", "team": "data"}}),
        ("x tags={tier: gold}", {"tags": {"tier": "gold"}}),
        ("x tags={'my tier': \"a, b\", n: ''}", {"tags": {"my tier": "a, b", "n": ""}}),
        ("x owners=team:data,me@x.org", {"owners": ("team:data", "me@x.org")}),
        ("x ins=df=raw/orders,rates", {"ins": {"df": "raw/orders", "rates": "rates"}}),
        ("x ins={df: raw/orders}", {"ins": {"df": "raw/orders"}}),
        ("x ins=raw/orders", {"ins": {"orders": "raw/orders"}}),
        ("x uses=limit,rate bind=orders", {"uses": ("limit", "rate"), "bind": "orders"}),
        ("x code_version=2", {"code_version": "2"}),
        ("x defer", {"defer": True}),
        ("x --force", {"force": True}),
        ("x force=true defer=False", {"force": True}),
        ("x # deps=a 'b", {}),
        ("x group=a#b", {"group": "a#b"}),
        ("x group='a # b'", {"group": "a # b"}),
    ],
)
def test_options_of_an_asset(line, options):
    parsed = ASSET.parse(line)

    assert parsed.names == ("x",)
    assert parsed.options == options


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("plain", "plain"),
        ("'two words'", "two words"),
        ('"say \\"hi\\""', 'say "hi"'),
        ("'say \"hi\"'", 'say "hi"'),
        (r"C:\data\new", r"C:\data\new"),
        (r'"C:\my data\new"', r"C:\my data\new"),
        ("don't", "don't"),
        ("a=b", "a=b"),
        ("[draft]", "[draft]"),
        ("größe", "größe"),
    ],
)
def test_text_is_taken_as_typed(typed, text):
    assert ASSET.parse(f"x description={typed} defer").options == {"description": text, "defer": True}


def test_metadata_reads_numbers_and_booleans_unless_quoted():
    parsed = ASSET.parse(
        "x metadata=[n=3, low=-1.5, big=1e3, ok=true, no=False, zip=007, text=abc, quoted='3', v=1.2.3]"
    )

    assert parsed.options["metadata"] == {
        "n": 3, "low": -1.5, "big": 1000.0, "ok": True, "no": False, "zip": "007", "text": "abc", "quoted": "3",
        "v": "1.2.3",
    }  # fmt: skip


def test_metadata_may_hold_addresses():
    assert ASSET.parse("x metadata=url=https://a.b/c?d=e").options["metadata"] == {"url": "https://a.b/c?d=e"}


def test_a_number_too_large_to_read_stays_text():
    digits = "9" * 5000

    assert ASSET.parse(f"x metadata=n={digits},f=1e999").options["metadata"] == {"n": digits, "f": "1e999"}


def test_keys_are_keys():
    parsed = ASSET.parse("raw/orders deps=a key_prefix=p ins=b")

    keys = [*parsed.names, *parsed.options["deps"], parsed.options["key_prefix"], *parsed.options["ins"].values()]
    assert all(type(key) is AssetKey for key in keys)
    assert all(type(name) is str for name in parsed.options["ins"])


@pytest.mark.parametrize(
    ("signature", "line", "names", "options"),
    [
        (MULTI_ASSET, "train test deps=orders defer", ("train", "test"), {"deps": ("orders",), "defer": True}),
        (MULTI_ASSET, "train group=ml test", ("train", "test"), {"group": "ml"}),
        (ASSET_CHECK, "orders blocking severity=error name=not_empty", ("orders",),
         {"blocking": True, "severity": "error", "name": "not_empty"}),
        (ASSET_CHECK, "orders severity=WARN", ("orders",), {"severity": "warn"}),
        (SOURCE_ASSET, "orders_csv path=orders.csv", ("orders_csv",), {"path": "orders.csv"}),
        (SOURCE_ASSET, "raw/orders path='my data/orders.csv' tags=a=b", ("raw/orders",),
         {"path": "my data/orders.csv", "tags": {"a": "b"}}),
        (ASSETS, "", (), {}),
        (STALE, " # all", (), {}),
        (ASSET_DETAIL, "orders --history", ("orders",), {"history": True}),
        (ASSET_DETAIL, "orders history", ("orders",), {"history": True}),
    ],
)  # fmt: skip
def test_other_magics(signature, line, names, options):
    parsed = signature.parse(line)

    assert (parsed.names, parsed.options) == (names, options)


@pytest.mark.parametrize(
    ("line", "selection", "options"),
    [
        ("", "", {}),
        ("+orders and group:ingestion", "+orders and group:ingestion", {}),
        ("--force", "", {"force": True}),
        ("+a --force", "+a", {"force": True}),
        ("--only --dry-run +a", "+a", {"only": True, "dry_run": True}),
        ("--dry_run=true", "", {"dry_run": True}),
        ("+a --force=false", "+a", {}),
        ('(a or key:"raw_*") and tag:tier="gold"', '(a or key:"raw_*") and tag:tier="gold"', {}),
        ('tag:t="a --force # b" --force', 'tag:t="a --force # b"', {"force": True}),
        ("a # --force", "a", {}),
        ("force", "force", {}),
        ("'a and b", "'a and b", {}),
        ("a raw/b", "a raw/b", {}),
    ],
)
def test_a_selection_is_passed_on_untouched(line, selection, options):
    parsed = MATERIALIZE.parse(line)

    assert (parsed.names, parsed.selection, parsed.options) == ((), selection, options)


def test_the_first_bare_word_is_the_name_even_if_a_flag_is_called_so():
    assert ASSET.parse("force").names == ("force",)
    assert ASSET.parse("force force").options == {"force": True}
    assert ASSET.parse("--force force").options == {"force": True}


@pytest.mark.parametrize(
    ("signature", "line", "message"),
    [
        (ASSET, "x dep=a", "unknown argument 'dep' of %%asset: did you mean deps?"),
        (ASSET, "x --forse", "unknown argument '--forse' of %%asset: did you mean --force?"),
        (ASSET_DETAIL, "x zzz=1", "unknown argument 'zzz' of %asset: it takes history"),
        (MATERIALIZE, "a --dry-rum", "unknown argument '--dry-rum' of %materialize: did you mean --dry-run?"),
        (LINEAGE, "a --all", "unknown argument '--all' of %lineage: it takes none"),
        (ASSET, "", "%%asset needs a name: %%asset NAME [option=value ...] [defer] [force]"),
        (ASSET, "deps=a", "%%asset needs a name: %%asset NAME [option=value ...] [defer] [force]"),
        (FORGET, "", "%forget needs a name or a selection: %forget SELECTION"),
        (FORGET, " # all", "%forget needs a name or a selection: %forget SELECTION"),
        (ASSET, "x y", "unexpected 'y' in %%asset: it takes one name, and that is x"),
        (ASSET, "force orders", "unexpected 'orders' in %%asset: it takes one name, and that is force"),
        (ASSET, "x froce", "unexpected 'froce' in %%asset: did you mean force?"),
        (STALE, "--all", "unknown argument '--all' of %stale: it takes none"),
        (ASSET, "x deps = a", "no spaces around '=' in %%asset: write deps=a"),
        (ASSET, "x deps= a", "no spaces around '=' in %%asset: write deps=a"),
        (ASSET, "x deps =a", "no spaces around '=' in %%asset: write deps=a"),
        (ASSET, "x deps=", "deps of %%asset needs a value: deps=a,b"),
        (ASSET, "x deps= group=g", "deps of %%asset needs a value: deps=a,b"),
        (ASSET, "x deps=[]", "deps of %%asset needs a value: deps=a,b"),
        (ASSET, "x group=''", "group of %%asset needs a value: group=..."),
        (ASSET, "x deps", "deps of %%asset needs a value: deps=a,b"),
        (ASSET, "x --group --force", "group of %%asset needs a value: group=..."),
        (ASSET, "x group=a group=b", "group is given twice to %%asset"),
        (ASSET, "x group=a group_name=b", "group is given twice to %%asset"),
        (MULTI_ASSET, "x x", "x is given twice to %%multi_asset"),
        (ASSET, "x force=maybe", "force=maybe of %%asset: it is true or false"),
        (ASSET_CHECK, "x severity=bad", "severity=bad of %%asset_check: it is warn or error"),
        (ASSET, 'x description="Orders', 'the quote at column 23 of %%asset is not closed: "Orders'),
        (ASSET, "x deps=[a, b", "the bracket at column 16 of %%asset is not closed: [a, b"),
        (ASSET, "x deps=[a, 'b]", "the bracket at column 16 of %%asset is not closed: [a, 'b]"),
        (ASSET, 'x description="a"b', '"a"b of %%asset does not end where its quote ends'),
        (ASSET, "x deps=a, b", "deps=a, of %%asset has an empty part: write a,b or [a, b]"),
        (ASSET, "x tags=gold", "tags=gold of %%asset: 'gold' is no pair, as in name=value"),
        (ASSET, "x tags=tier=", "tags=tier= of %%asset: 'tier=' is no pair, as in name=value"),
        (ASSET, "x tags=a=1,a=2", "tags=a=1,a=2 of %%asset has 'a' twice"),
        (ASSET, "x bind=my-x", "bind=my-x of %%asset: 'my-x' is no Python name"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_a_line(signature, line, message):
    with pytest.raises(ArgumentError) as caught:
        signature.parse(line)

    assert str(caught.value) == message


@pytest.mark.parametrize("line", ["2x", "my-asset", "class", "x deps=2y", "x deps=a//b", '""'])
def test_a_name_that_cannot_be_a_key_is_told_by_the_key(line):
    with pytest.raises(DefinitionError, match="cannot name an asset"):
        ASSET.parse(line)


def test_a_long_mistake_is_shown_shortened():
    with pytest.raises(ArgumentError) as caught:
        ASSET.parse(f"x {'z' * 5000}=1")

    assert len(str(caught.value)) < 300


@given(st.sampled_from(SIGNATURES), st.one_of(st.text(), st.text(st.characters())))  # the latter: surrogates too
@example(ASSET, "x\x00y=\ud800")
@example(MATERIALIZE, "\x1b[31m --only\u202e")
def test_any_text_is_read_or_refused(signature, line):
    refused_or_read(signature, line)


WORDS = ["x", "deps", "tags", "metadata", "ins", "group", "--", "1"]
PIECES = st.sampled_from([*WORDS, *"=,:'\"\\[]{} #.\0\u202e\u00e9"])


@given(st.sampled_from(SIGNATURES), st.lists(PIECES, max_size=30).map("".join))
def test_any_mixture_of_the_grammar_is_read_or_refused(signature, line):
    refused_or_read(signature, line)
    refused_or_read(signature, "x " + line)


@given(st.sampled_from(SIGNATURES), st.lists(PIECES, max_size=6).map("".join), st.integers(1_000, 20_000))
def test_a_line_of_any_length_is_read_or_refused(signature, piece, length):
    refused_or_read(signature, piece * (length // (len(piece) or 1)))
    refused_or_read(signature, "x " + piece * (length // (len(piece) or 1)))


def refused_or_read(signature, line):
    try:
        parsed = signature.parse(line)
    except (ArgumentError, DefinitionError) as error:
        refusal = str(error)
    else:
        assert set(parsed.options) <= {option.name for option in signature.options}
        return
    assert 0 < len(refusal) < 600


@given(st.lists(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), min_size=1), min_size=1, unique=True))
def test_a_quoted_list_gives_back_its_items(items):
    quoted = ["'" + item + "'" for item in items if "'" not in item]
    if quoted:
        parsed = ASSET.parse(f"x kinds=[{', '.join(quoted)}]")
        assert parsed.options.get("kinds") == tuple(item for item in items if "'" not in item)


@pytest.mark.parametrize("signature", SIGNATURES, ids=lambda signature: signature.magic)
def test_help_names_the_magic_and_all_that_it_takes(signature):
    text = signature.help()

    assert signature.usage in text
    assert all(name.rstrip("=") in text for name in signature.option_names())
    assert all(len(line) < 120 for line in text.splitlines())


def test_names_for_completion_are_as_typed():
    assert {"name=", "max_retries=", "blocking"} <= set(ASSET_CHECK.option_names())
    assert MATERIALIZE.option_names() == ("--only", "--force", "--dry-run")
