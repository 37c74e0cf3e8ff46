"""Every route of the viewer × every role × every scope: allowed, or 403 as the table says."""

import pytest

from reports.app.access import RIGHTS, Right, Role
from reports.app.running import Running
from reports.app.settings import Proxy
from tests.flow.viewer import as_person, browser, csrf_of, desk_over, owner_named, person, settings

#: Every route, what it asks for, and an address of it. ``{f}`` is a facility.
ROUTES = {
    ("GET", "/"): (Right.READ, "/"),
    ("GET", "/estate/{year}"): (Right.READ, "/estate/2025"),
    ("GET", "/facility/{facility}/{year}"): (Right.READ, "/facility/{f}/2025"),
    ("GET", "/facility/{facility}/{year}/topic/{topic}"): (
        Right.READ,
        "/facility/{f}/2025/topic/energy",
    ),
    ("GET", "/facility/{facility}/{year}/hours"): (Right.READ, "/facility/{f}/2025/hours"),
    ("GET", "/facility/{facility}/{year}/compare"): (Right.READ, "/facility/{f}/2025/compare"),
    ("GET", "/explain/estate/{period}/metric/{name}"): (
        Right.READ,
        "/explain/estate/2025/metric/pue",
    ),
    ("GET", "/explain/{facility}/{period}/{kind}/{name}"): (
        Right.READ,
        "/explain/{f}/2025/metric/pue",
    ),
    ("GET", "/quality"): (Right.READ, "/quality"),
    ("GET", "/quality/{facility}/quarantine"): (Right.READ, "/quality/{f}/quarantine"),
    ("GET", "/quality/{facility}/findings"): (Right.READ, "/quality/{f}/findings"),
    ("GET", "/facility/{facility}/raw/{sha256}"): (Right.READ, "/facility/{f}/raw/00"),
    ("GET", "/facility/{facility}/raw/{sha256}/file"): (Right.RAW, "/facility/{f}/raw/00/file"),
    ("GET", "/edits"): (Right.READ, "/edits"),
    ("GET", "/facility/{facility}/edits/new"): (Right.PROPOSE, "/facility/{f}/edits/new"),
    ("POST", "/facility/{facility}/edits/new"): (Right.PROPOSE, "/facility/{f}/edits/new"),
    ("POST", "/facility/{facility}/edits/{proposal}/accept"): (
        Right.REVIEW,
        "/facility/{f}/edits/none/accept",
    ),
    ("POST", "/facility/{facility}/edits/{proposal}/refuse"): (
        Right.REVIEW,
        "/facility/{f}/edits/none/refuse",
    ),
    ("GET", "/filings"): (Right.READ, "/filings"),
    ("GET", "/filings/{facility}/{year}/{regime}"): (Right.READ, "/filings/{f}/2025/iso-30134"),
    ("GET", "/filings/{facility}/{year}/{regime}/form.{ending}"): (
        Right.READ,
        "/filings/{f}/2025/iso-30134/form.json",
    ),
    ("POST", "/filings/{facility}/{year}/{regime}/approve"): (
        Right.APPROVE,
        "/filings/{f}/2025/none/approve",
    ),
    ("POST", "/filings/{facility}/{year}/{regime}/seal"): (
        Right.SEAL,
        "/filings/{f}/2025/none/seal",
    ),
    ("GET", "/restatements"): (Right.READ, "/restatements"),
    ("GET", "/packs/{facility}/{name}"): (Right.PACKS, "/packs/{f}/none.zip"),
    ("POST", "/packs/{facility}/{name}/share"): (Right.SHARE, "/packs/{f}/none.zip/share"),
    ("POST", "/packs/{facility}/{name}/unshare"): (Right.SHARE, "/packs/{f}/none.zip/unshare"),
    ("GET", "/verify"): (Right.VERIFY, "/verify"),
    ("POST", "/verify"): (Right.VERIFY, "/verify"),
    ("GET", "/shared"): (Right.SHARED, "/shared"),
    ("GET", "/shared/mine/{key}"): (Right.SHARED, "/shared/mine/none"),
    ("GET", "/shared/{secret}"): (None, "/shared/none"),
    ("GET", "/shared/{secret}/pack"): (None, "/shared/none/pack"),
    ("GET", "/equipment"): (Right.READ, "/equipment"),
    ("GET", "/engineering"): (Right.OPERATE, "/engineering"),
    ("GET", "/engineering/partitions"): (Right.OPERATE, "/engineering/partitions"),
    ("GET", "/engineering/runs"): (Right.OPERATE, "/engineering/runs"),
    ("GET", "/engineering/progress"): (Right.OPERATE, "/engineering/progress"),
    ("POST", "/engineering/plan"): (Right.BACKFILL, "/engineering/plan"),
    ("POST", "/engineering/backfill"): (Right.BACKFILL, "/engineering/backfill"),
    ("GET", "/audit"): (Right.AUDIT, "/audit"),
    ("GET", "/assets/{digest}/{name}"): (None, "/assets/none/none"),
    ("GET", "/health"): (None, "/health"),
    ("GET", "/language/{code}"): (None, "/language/de"),
    ("POST", "/logout"): (None, "/logout"),
    ("GET", "/api/v1/openapi.json"): (None, "/api/v1/openapi.json"),
    ("GET", "/api/v1/"): (Right.READ, "/api/v1/"),
    ("GET", "/api/v1/tables/{table}"): (Right.READ, "/api/v1/tables/metrics?facility={f}"),
    ("GET", "/api/v1/hours/{facility}/{year}"): (Right.READ, "/api/v1/hours/{f}/2025"),
    ("GET", "/api/v1/explain/{facility}/{period}/{kind}/{name}"): (
        Right.READ,
        "/api/v1/explain/{f}/2025/metric/pue",
    ),
    ("GET", "/api/v1/forms/{facility}/{year}/{regime}"): (
        Right.READ,
        "/api/v1/forms/{f}/2025/iso-30134",
    ),
    ("GET", "/api/v1/readiness"): (Right.READ, "/api/v1/readiness"),
    ("GET", "/api/v1/filings"): (Right.READ, "/api/v1/filings"),
    ("GET", "/api/v1/restatements"): (Right.READ, "/api/v1/restatements"),
    ("GET", "/api/v1/proposals"): (Right.READ, "/api/v1/proposals"),
}
#: What a request brings so that only its permission can be in its way.
BROUGHT = {
    "/facility/{f}/edits/new": {"meter_id": "x", "start": "x", "end": "x", "reason": "x"},
    "/filings/{f}/2025/none/approve": {"step": "none"},
    "/packs/{f}/none.zip/share": {"to": "x"},
    "/packs/{f}/none.zip/unshare": {"key": "x"},
    "/engineering/plan": {"facility": "{f}"},
    "/engineering/backfill": {"facility": "{f}"},
}


def routes_of(app):
    """Every route of an app with its methods, as they are mounted."""
    found = {}
    for route in app.routes:
        inside = getattr(route, "effective_route_contexts", lambda route=route: [route])
        for one in inside():
            for method in one.methods - {"HEAD"}:
                found[method, one.path] = one
    return found


@pytest.fixture(autouse=True)
def nothing_is_started(monkeypatch):
    """Backfills and Dagster's history are processes: who may ask is tested here, not what they
    do."""
    monkeypatch.setattr(Running, "start", lambda *_: None)
    monkeypatch.setattr("reports.app.pages.engineering.history", lambda _: [])


@pytest.fixture(scope="module")
def app(undisturbed):
    return browser(desk_over(undisturbed, local=owner_named())).app


def test_the_table_has_every_route_and_each_asks_for_what_the_table_says(app):
    asked = {}
    for key, route in routes_of(app).items():
        dependant = getattr(route, "dependant", None)
        calls = [one.call for one in dependant.dependencies] if dependant else []
        rights = [call.right for call in calls if hasattr(call, "right")]
        assert len(rights) <= 1, key
        asked[key] = rights[0] if rights else None

    assert asked == {key: right for key, (right, _) in ROUTES.items()}


def test_whoever_changes_anything_needs_a_right(app):
    open_to_all = {key for key, (right, _) in ROUTES.items() if right is None}

    assert {key for key in open_to_all if key[0] != "GET"} == {("POST", "/logout")}


def ask(client, method, address, facility, csrf):
    url = address.format(f=facility)
    if method == "GET":
        return client.get(url)
    brought = {k: v.format(f=facility) for k, v in BROUGHT.get(address, {}).items()}
    files = {"pack": ("a.zip", b"no zip")} if address == "/verify" else None
    return client.post(url, data={"csrf": csrf, **brought}, files=files)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("scope", [None, ("bln",)], ids=["everywhere", "at-one"])
def test_every_route_is_allowed_or_refused_as_the_role_and_the_scope_say(undisturbed, role, scope):
    client = as_person(undisturbed, person(role, facilities=scope))
    csrf = csrf_of(client)
    wrong = []
    for (method, path), (right, address) in ROUTES.items():
        for facility in ("bln", "ccu"):
            answer = ask(client, method, address, facility, csrf)
            held = right is None or right in RIGHTS[role]
            names_facility = "{f}" in address or "{f}" in str(BROUGHT.get(address, ""))
            reached = held and (not names_facility or scope is None or facility in scope)
            allowed = answer.status_code != 403
            if allowed is not reached or answer.status_code >= 500:
                wrong.append((method, path, facility, answer.status_code))

    assert wrong == []


def test_nobody_who_has_not_logged_in_gets_anything_but_a_link_an_asset_and_the_health(undisturbed):
    nobody = Proxy(user_header="X-User", group_header="", trusted=())
    told = settings(login="proxy", address="http://localhost", proxy=nobody)
    client = browser(desk_over(undisturbed, settings=told))
    for (method, path), (right, address) in ROUTES.items():
        answer = ask(client, method, address, "bln", "")
        assert (answer.status_code == 401) is (right is not None), (method, path, answer)


class TestForms:
    def test_a_form_without_its_mark_changes_nothing(self, undisturbed):
        client = as_person(undisturbed, person(Role.ENGINEER))

        for mark in ({}, {"csrf": ""}, {"csrf": "of somebody else"}):
            assert client.post("/engineering/plan", data=mark).status_code == 403

    def test_a_mark_of_another_person_is_of_no_use(self, undisturbed):
        other = csrf_of(as_person(undisturbed, person(Role.ENGINEER, name="bob")))
        client = as_person(undisturbed, person(Role.ENGINEER))

        assert client.post("/engineering/plan", data={"csrf": other}).status_code == 403

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://elsewhere.example"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "null"},
        ],
        ids=["origin", "cross-site", "same-site", "null"],
    )
    def test_what_another_sites_page_sends_is_refused_even_with_the_mark(
        self, undisturbed, headers
    ):
        client = as_person(undisturbed, person(Role.ENGINEER))
        csrf = csrf_of(client)

        answer = client.post("/engineering/plan", data={"csrf": csrf}, headers=headers)

        assert answer.status_code == 403
        assert "another site" in answer.text


def test_a_server_answers_to_its_own_names_only(undisturbed):
    client = as_person(undisturbed, owner_named())

    assert client.get("/health", headers={"Host": "evil.example"}).status_code == 421
    assert client.get("/health", headers={"Host": "localhost:8420"}).status_code == 200


def test_every_answer_carries_the_headers_that_keep_it_here(undisturbed):
    client = as_person(undisturbed, owner_named())

    for address in ("/estate/2025", "/nope", "/api/v1/", "/assets/none/none"):
        headers = client.get(address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "strict-transport-security" not in headers


def test_too_many_requests_of_one_person_wait(undisturbed):
    desk = desk_over(undisturbed, local=owner_named(), ticks=lambda: 0.0)
    desk.reading.burst = 3
    client = browser(desk)

    codes = [client.get("/health").status_code for _ in range(5)]

    assert codes == [200, 200, 200, 429, 429]


def test_what_is_done_and_what_is_refused_is_written_down(undisturbed, tmp_path):
    desk = desk_over(undisturbed, local=person(Role.VIEWER, name="bob"))
    client = browser(desk)
    client.get("/audit")
    client.post("/engineering/plan", data={"csrf": csrf_of(client)})

    last = desk.audit.last(2)

    assert [(row["who"], row["did"], row["on"], row["status"]) for row in last] == [
        ("bob", "POST", "/engineering/plan", 403),
        ("bob", "GET", "/audit", 403),
    ]
