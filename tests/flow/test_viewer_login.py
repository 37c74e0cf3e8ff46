"""Logging in: OpenID Connect against a provider on loopback, and a proxy that has asked."""

import ipaddress
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from joserfc.jwk import RSAKey

from reports.app.access import Role
from reports.app.settings import Oidc, Proxy
from tests.flow.identity import CLIENT, SECRET, Provider
from tests.flow.viewer import Clock, browser, csrf_of, desk_over, entry, settings

PEOPLE = (
    entry(Role.VIEWER, group="staff"),
    entry(Role.SIGNER, user="sue@example.org", facilities=["bln"]),
)


@pytest.fixture
def provider():
    with Provider() as one:
        yield one


@pytest.fixture
def clock():
    return Clock(datetime.now(UTC))


@pytest.fixture
def desk(undisturbed, provider, clock, monkeypatch):
    monkeypatch.setenv("VIEWER_SECRET", SECRET)
    oidc = Oidc(
        issuer=provider.issuer,
        client_id=CLIENT,
        client_secret_env="VIEWER_SECRET",
        recheck_s=60,
    )
    told = settings(login="oidc", address="http://localhost", oidc=oidc, people=PEOPLE)
    return desk_over(undisturbed, settings=told, clock=clock)


@pytest.fixture
def client(desk):
    return browser(desk)


def log_in(client, then="/estate/2025"):
    """As a browser does it: to the provider, and back with what it says."""
    to = client.get(f"/login?then={then}")
    assert to.status_code == 302, to.text
    back = httpx2.get(to.headers["location"]).headers["location"]
    return client.get(back)


def test_a_person_logs_in_and_comes_back_to_where_they_were(client):
    asked = client.get("/filings")
    assert (asked.status_code, asked.headers["location"]) == (303, "/login?then=/filings")

    answer = log_in(client, "/filings")

    assert (answer.status_code, answer.headers["location"]) == (303, "/filings")
    page = client.get("/filings")
    assert page.status_code == 200
    assert "ada@example.org" in page.text
    assert "(viewer)" in page.text
    assert client.get("/engineering").status_code == 403


def test_the_cookie_is_kept_from_scripts_and_other_sites_and_tells_nothing(client, provider):
    answer = log_in(client)

    cookie = next(
        one for one in answer.headers.get_list("set-cookie") if one.startswith("wattledger=")
    )
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert provider.identity.tokens[0] not in cookie
    page = client.get("/estate/2025").text
    assert provider.identity.tokens[0] not in page
    assert SECRET not in page


def test_over_tls_cookies_are_for_tls_alone(undisturbed, desk):
    secure = settings(
        login="oidc", address="https://localhost", oidc=desk.settings.oidc, people=PEOPLE
    )
    client = browser(desk_over(undisturbed, settings=secure))

    answer = client.get("/login")

    assert "secure" in answer.headers["set-cookie"].lower()
    assert "strict-transport-security" in answer.headers


def test_a_scope_that_was_granted_by_name_holds(client, provider):
    provider.identity.user = "sue@example.org"
    provider.identity.groups = []
    log_in(client)

    assert client.get("/facility/bln/2025").status_code == 200
    assert client.get("/facility/ccu/2025").status_code == 403
    assert "ccu" not in client.get("/estate/2025").text


def test_a_login_ends_with_the_providers_expiry(client, provider, clock):
    provider.identity.life_s = 600
    log_in(client)
    assert client.get("/estate/2025").status_code == 200

    clock.now += timedelta(seconds=601)
    provider.identity.revoked.clear()

    assert client.get("/estate/2025").status_code == 303
    assert client.get("/api/v1/").status_code == 401


def test_a_login_that_the_provider_has_revoked_ends_at_the_next_look(client, provider, clock):
    log_in(client)
    provider.identity.revoked.update(provider.identity.tokens)
    assert client.get("/estate/2025").status_code == 200  # it was looked at a moment ago

    clock.now += timedelta(seconds=60)

    assert client.get("/estate/2025").status_code == 303
    assert client.get("/estate/2025").status_code == 303


def test_a_provider_that_cannot_be_asked_is_waited_for_but_not_for_ever(client, provider, clock):
    log_in(client)
    provider.identity.silent = True

    clock.now += timedelta(seconds=100)
    assert client.get("/estate/2025").status_code == 200
    clock.now += timedelta(seconds=140)
    assert client.get("/estate/2025").status_code == 303


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"aud": "another client"}, id="audience"),
        pytest.param({"aud": "another client", "azp": CLIENT}, id="audience-with-our-party"),
        pytest.param({"aud": [CLIENT, "other"], "azp": "other"}, id="party"),
        pytest.param({"iss": "https://elsewhere.example"}, id="issuer"),
        pytest.param({"nonce": "of another login"}, id="nonce"),
        pytest.param({"exp": 1_000_000_000}, id="expired"),
    ],
)
def test_a_token_that_is_not_for_this_login_is_not_believed(client, provider, claims):
    provider.identity.claims = claims

    answer = log_in(client)

    assert answer.status_code == 403
    assert "not believed" in answer.text
    assert client.get("/estate/2025").status_code == 303


def test_a_token_signed_by_another_key_is_not_believed(client, provider):
    provider.identity.signs_with = RSAKey.generate_key(2048, {"kid": "one"})

    assert log_in(client).status_code == 403
    assert client.get("/estate/2025").status_code == 303


def test_an_answer_to_a_login_that_nobody_began_is_not_believed(client, provider):
    assert client.get("/login/back?code=x&state=y").status_code == 403


def test_another_browsers_answer_is_not_believed(desk, provider):
    to = browser(desk).get("/login").headers["location"]
    back = httpx2.get(to).headers["location"]

    assert browser(desk).get(back).status_code == 403


def test_who_has_no_role_is_told_and_written_down(client, desk, provider):
    provider.identity.user, provider.identity.groups = "eve@example.org", ["others"]

    answer = log_in(client)

    assert answer.status_code == 403
    assert "eve@example.org has no role here" in answer.text
    assert desk.audit.last(2)[-1]["who"] == "eve@example.org"


def test_an_address_that_is_not_verified_names_nobody(client, provider):
    provider.identity.user, provider.identity.groups = "sue@example.org", []
    provider.identity.claims = {"email_verified": False}

    assert log_in(client).status_code == 403


def test_logging_out_ends_it(client):
    log_in(client)

    client.post("/logout")

    assert client.get("/estate/2025").status_code == 303


@pytest.mark.parametrize(
    "then", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_way_back_never_leads_elsewhere(client, then):
    assert log_in(client, then).headers["location"] == "/"


class TestProxy:
    @pytest.fixture
    def told(self):
        proxy = Proxy(
            user_header="X-User",
            group_header="X-Groups",
            trusted=(ipaddress.ip_network("10.0.0.0/8"),),
        )
        return settings(login="proxy", address="http://localhost", proxy=proxy, people=PEOPLE)

    def test_its_word_is_taken(self, undisturbed, told):
        client = browser(desk_over(undisturbed, settings=told), client=("10.1.2.3", 5000))

        answer = client.get("/estate/2025", headers={"X-User": "bob", "X-Groups": "x, staff"})

        assert answer.status_code == 200
        assert "bob" in answer.text
        assert client.get("/estate/2025", headers={"X-User": "bob"}).status_code == 403

    def test_others_cannot_say_who_they_are(self, undisturbed, told):
        client = browser(desk_over(undisturbed, settings=told), client=("192.168.0.9", 5000))

        answer = client.get("/estate/2025", headers={"X-User": "bob", "X-Groups": "staff"})

        assert answer.status_code == 401

    def test_each_persons_forms_have_a_mark_of_their_own(self, undisturbed, told):
        client = browser(desk_over(undisturbed, settings=told), client=("10.1.2.3", 5000))
        client.headers.update({"X-User": "bob", "X-Groups": "staff"})
        first = csrf_of(client)
        client.headers.update({"X-User": "bea"})

        assert csrf_of(client) != first
