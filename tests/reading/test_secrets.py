"""What may be a secret is not shown: by the name that it goes by, or by its looks."""

from __future__ import annotations

import pytest

from asset_magic.reading.secrets import hide_secrets, is_secret, looks_secret

SECRET = "hunter2hunter2"


@pytest.mark.parametrize(
    "name",
    [
        "api_token", "PASSWORD", "secret_key", "my_key", "auth", "credentials", "key", "apikey", "dbPassword",
        "AUTH_HEADER", "access_token2", "oauth", "clientSecret", "pwd", "session_cookie", "jwt", "private_key",
        "passphrase", "authorization",
    ],
)  # fmt: skip
def test_names_of_secrets(name):
    assert is_secret(name)


@pytest.mark.parametrize("name", ["rate", "monkey", "keyboard", "author", "authors", "passed", "pass_rate", "x", ""])
def test_names_that_only_look_alike(name):
    assert not is_secret(name)


@pytest.mark.parametrize(
    "code",
    [
        'token = "{}"',
        "token = b'{}'",
        'token: str = "{}"',
        'self.api_key = f"{}"',
        'user, password = "ada", "{}"',
        'os.environ["MY_TOKEN"] = "{}"',
        'os.environ.setdefault("DB_PASSWORD", "{}")',
        'setattr(client, "token", "{}")',
        'headers = {{"Authorization": "{}"}}',
        'login("ada", password="{}")',
        'login("ada", password="a" + ("{}" if x else ""))',
        'HTTPBasicAuth("ada", "{}")',
        'def get_token():\n    found = "{}"\n    return found',
        'def login(user, password="{}"):\n    pass',
        'login = lambda password="{}": password',
        'class Credentials:\n    value = "{}"',
        'if password == "{}":\n    pass',
        'match token:\n    case "{}":\n        pass',
        'if (token := "{}"):\n    pass',
        'for token in ["{}"]:\n    pass',
        'password = """\n{}\n"""',
        'rate = 1  # the token is {}',
        '!curl -H "Authorization: {}" example.org',
        "%env TOKEN={}",
        'x = 1\nout = !login --password {}\ny = 2',
        'password = "{}" x y',
        'create_engine("postgresql://ada:{}@host/db")',
        'client("sk-{}hunter2")',
        'get(url, "Bearer {}")',
    ],
)  # fmt: skip
def test_secrets_in_code_are_hidden(code):
    """Whichever way the code calls it a secret, or it looks like one."""
    written = code.format(SECRET) if "{{" in code else code.replace("{}", SECRET)
    assert SECRET in written
    shown = hide_secrets(written)
    assert SECRET not in shown
    assert shown.count("\n") == written.count("\n")


@pytest.mark.parametrize(
    "code",
    [
        "rate = 0.2",
        'df.sort_values(key=lambda column: column + 1, by="price")',
        "sorted(rows, key=len)",
        'price = row["key"]',
        'f(d.keys(), "shown")',
        '"ü" + name  # a comment',
        '!echo hello',
        'AssetKey(["shown"])',
        "not python at all",
    ],
)  # fmt: skip
def test_other_code_is_shown_as_it_is(code):
    assert hide_secrets(code) == code


def test_what_stands_beside_a_secret_is_shown():
    code = 'é = "ü"; token = "äbc"; z = "shown"'
    assert hide_secrets(code) == 'é = "ü"; token = \'…\'; z = "shown"'


def test_texts_that_look_like_credentials():
    assert looks_secret("postgres://ada:pw@host/db")
    assert looks_secret("ghp_0123456789abcdefghij")
    assert not looks_secret("https://example.org/a:b")
    assert not looks_secret("a basic idea")
