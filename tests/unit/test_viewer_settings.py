"""``viewer.yaml``: what it may say, and how each mistake is told."""

import pytest

from reports.app.access import Role
from reports.app.server import desk_for, is_loopback
from reports.app.settings import Settings, read_settings
from schemas.errors import ConfigurationError

GOOD = """
login: oidc
address: https://figures.example.org
oidc:
  issuer: https://id.example.org/realm
  client_id: wattledger
  client_secret_env: VIEWER_SECRET
  group_claim: roles
  recheck_s: 60
people:
  - {group: staff, role: viewer}
  - {user: ada@example.org, role: signer, facilities: [fra1]}
session_hours: 4
signing_key_file: keys/filings.key
dagster: http://dagster.example.org:3000
"""


def settings(tmp_path, text, monkeypatch=None):
    (tmp_path / "viewer.yaml").write_text(text, encoding="utf-8")
    return read_settings(tmp_path, ["fra1", "sto1"])


def test_without_a_file_nobody_logs_in(tmp_path):
    assert read_settings(tmp_path, []) == Settings()


def test_everything_that_can_be_said_is_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("VIEWER_SECRET", "s3cret")

    told = settings(tmp_path, GOOD)

    assert told.is_secure
    assert told.oidc.secret == "s3cret"
    assert (told.oidc.group_claim, told.oidc.recheck_s, told.session_hours) == ("roles", 60, 4)
    assert told.signing_key_file == tmp_path / "keys" / "filings.key"
    assert told.dagster == "http://dagster.example.org:3000"
    [group] = told.grants_of("bob", ["staff", "other"])
    assert (group.role, group.facilities) == (Role.VIEWER, None)
    [named] = told.grants_of("ada@example.org", [])
    assert (named.role, named.facilities) == (Role.SIGNER, frozenset({"fra1"}))
    assert told.grants_of("", [""]) == ()


def test_a_proxy_is_believed_only_from_its_own_network(tmp_path):
    told = settings(
        tmp_path,
        "login: proxy\naddress: https://f.example\n"
        "proxy: {user_header: X-User, group_header: X-Groups, from: [10.1.0.0/16, '::1/128']}\n"
        "people: [{user: ada, role: viewer}]\n",
    )

    assert told.proxy.is_trusted("10.1.2.3")
    assert told.proxy.is_trusted("::1")
    assert not told.proxy.is_trusted("10.2.0.1")
    assert not told.proxy.is_trusted("not an address")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("logn: oidc", 1, "unknown key 'logn'", id="unknown-key"),
        pytest.param("login: ldap", 1, "ldap", id="unknown-login"),
        pytest.param("login: oidc\naddress: https://a.example", 1, "nothing is said", id="no-oidc"),
        pytest.param(
            "login: proxy\nproxy: {user_header: X}", 1, "needs 'address'", id="no-address"
        ),
        pytest.param("address: figures.example.org", 1, "is no address", id="no-scheme"),
        pytest.param("address: https://a.example/below", 1, "is no address", id="path"),
        pytest.param(
            "login: oidc\naddress: https://a.example\noidc:\n  issuer: https://b.example\n"
            "  client_id: c\n  client_secret_env: NO_SUCH_VARIABLE\n"
            "people: [{user: a, role: viewer}]",
            6,
            "the environment has no NO_SUCH_VARIABLE",
            id="no-secret",
        ),
        pytest.param(
            "login: oidc\naddress: https://a.example\noidc: {issuer: https://b.example, "
            "client_id: c, client_secret: hush, client_secret_env: HOME}",
            3,
            "unknown key 'client_secret'",
            id="secret-in-the-file",
        ),
        pytest.param("people:\n  - {user: a, role: king}", 2, "king", id="unknown-role"),
        pytest.param("people:\n  - {user: a}", 2, "'role' is missing", id="no-role"),
        pytest.param(
            "people:\n  - {user: a, group: b, role: viewer}", 2, "one of both", id="user-and-group"
        ),
        pytest.param(
            "people:\n  - {user: a, role: viewer, facilities: [fra2]}",
            2,
            "facility 'fra2' is not known",
            id="unknown-facility",
        ),
        pytest.param(
            "login: proxy\naddress: https://a.example\nproxy:\n  user_header: X\n  from: [all]\n"
            "people: [{user: a, role: viewer}]",
            5,
            "'all' is no network",
            id="no-network",
        ),
        pytest.param(
            "login: proxy\naddress: https://a.example\nproxy: {user_header: X, from: ['::1/128']}",
            1,
            "nobody may do anything",
            id="nobody",
        ),
        pytest.param("session_hours: many", 1, "many", id="hours"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path, text, line, words):
    with pytest.raises(ConfigurationError) as told:
        settings(tmp_path, text)

    assert any(
        one.where == f"viewer.yaml:{line}" and words in str(one) for one in told.value.problems
    ), told.value


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("figures.example.org", False),
        ("localhost.example.org", False),
    ],
)
def test_only_addresses_of_this_machine_need_no_login(host, expected):
    assert is_loopback(host) is expected


def test_the_desk_is_refused_to_others_without_a_login(tmp_path):
    from tests.flow.small_estate import done, run

    done("init", tmp_path / "estate")

    answer = run("serve", tmp_path / "estate", "--host", "0.0.0.0", "--port", 0)

    assert answer.code == 2
    assert "nobody would have to log in" in answer.err
    assert desk_for(tmp_path / "estate", "127.0.0.1").local is not None
