"""A part of the base: whoever is given some regions or owners finds nothing else, by whichever route."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import polars as pl
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from admin.guard.access import new_token
from admin.guard.permissions import PERMISSIONS
from admin.guard.scoping import WITHIN
from admin.wiring import site_of
from config.enquiries import shipped_enquiries
from flows.enquiries.stage import again
from schemas.accounts import Person, Role
from schemas.calls import call_columns
from schemas.errors import ConfigError
from schemas.goods import good_columns
from schemas.offers import GoodCode, GoodHolder, GoodOffer, GoodPrice, GoodStock
from schemas.scopes import Scope, scope_of
from store import Store, accounts, calls, canonical, enquiries, goods, owners
from store.scoped import NARROWED, OPEN, views
from store.tables import metadata
from store.views import offers
from tests.flows.judged import Judged, inn, ref
from tests.support.filled import HubOf
from tests.support.messages import canonical_messages, message

ALIKE = {"legal_form": "ООО"}
MINE, OTHER = "Альфамонтаж", "Чужестрой"
ROWS = (
    {"key": "mine", **ALIKE, "name": f"ООО {MINE}", "name_core": MINE.lower(), "inn": inn(1), "region": "74",
     "kpp": "770101001", "phones": ["+73512000001"], "legal_address": "г Челябинск, ул Мира, д 1"},
    {"key": "mine2", **ALIKE, "name": MINE, "name_core": MINE.lower(), "region": "74"},
    {"key": "other", **ALIKE, "name": f"ООО {OTHER}", "name_core": OTHER.lower(), "inn": inn(2), "region": "66",
     "kpp": "770201001", "phones": ["+73432000002"], "emails": ["box@chuzhestroy.ru"],
     "legal_address": "г Екатеринбург, ул Тайная, д 2"},
    {"key": "other2", **ALIKE, "name": OTHER, "name_core": OTHER.lower(), "region": "66"},
)  # fmt: skip
_CALL = {
    "connection": "switch", "direction": "inbound", "answered": True, "wait_s": 1, "talk_s": 60, "legs": 1,
    "started_at": datetime(2026, 11, 20, tzinfo=UTC), "ended_at": datetime(2026, 11, 20, tzinfo=UTC),
}  # fmt: skip
CALLS = [
    {**_CALL, "id": phone, "linked": phone, "phone": phone, "number": phone}
    for phone in ("+73512000001", "+73432000002", "+79160000003")
]
LETTERS = [
    message(n, n, thread=thread, sender_name=thread, body=f"{said}: пришлите счёт", **told)
    for n, (thread, said, told) in enumerate((
        ("mine", MINE, {"sender_phone": "+73512000001"}),
        ("mine-by-inn", MINE, {"inn": inn(1), "sender_email": "a@mail.ru"}),
        ("other", OTHER, {"sender_email": "box@chuzhestroy.ru"}),
        ("other-by-inn", OTHER, {"inn": inn(2), "sender_phone": "+73512000001"}),
        ("nobody", OTHER, {"sender_email": "b@mail.ru"}),
    ))
]  # fmt: skip
# What must never reach whoever sees region 74 alone; each is searched for by another of them.
SECRETS = (OTHER.lower(), inn(2), "3432000002", "chuzhestroy", "тайная")
# Where whoever sees the whole base is told some of it.
SHOWN = {
    "/enquiries", "/enquiries/{enquiry_id}", "/v1/enquiries", "/v1/enquiries/{enquiry_id}",
    "/parties", "/parties/{party_id}", "/find/suggest", "/reviews", "/reviews/pair", "/v1/parties", "/v1/search",
    "/v1/{kind}.csv", "/calls", "/v1/calls", "/clusters/{golden_id}", "/units", "/v1/contact-points", "/v1/reviews", "/v1/units",
}  # fmt: skip
SAME = {"sec-fetch-site": "same-origin"}
_PARTY = ("party_connection", "party_stream", "party_key")
_OFFERED = (GoodPrice, GoodStock, GoodCode, GoodOffer, GoodHolder)


def known(judged: Judged) -> None:
    judged.put(*ROWS)
    with judged.store.write() as writer:
        calls.save(writer, pl.DataFrame(CALLS, schema=call_columns()))
        canonical.save(writer, "message", canonical_messages(LETTERS))
        again(writer, shipped_enquiries(), [row["thread"] for row in LETTERS])


@pytest.fixture
def hub(hub_of: HubOf) -> Judged:
    return hub_of(known)


@pytest.fixture
def app(hub: Judged) -> FastAPI:
    return site_of(hub.house, sign_in=True)


def client(app: FastAPI, hub: Judged, scope: Scope | None, role: Role = Role.STEWARD) -> TestClient:
    """A browser or a system that brings a token of a scope."""
    secret = new_token(hub.store, "partner", role, "test", timedelta(days=1), scope)
    found = TestClient(app, client=("10.0.0.7", 1), follow_redirects=False)
    found.headers.update({"authorization": f"Bearer {secret}", "host": "localhost"})
    return found


@pytest.fixture
def partner(app: FastAPI, hub: Judged) -> TestClient:
    return client(app, hub, Scope(regions=("74",)))


def _addresses(hub: Judged, key: str, path: str) -> Iterator[str]:
    """A route with the ids of a company, or of what hangs on it, in all its places."""
    company = hub.of(key)
    parts = {
        "{unit_id}": _part(hub, "unit", company), "{point_id}": _part(hub, "contact_point", company),
        "{enquiry_id}": enquiry_of(hub, key),
        "{address_id}": _part(hub, "address", company), "{record_id}": _record(hub, company, path),
    }  # fmt: skip
    told = re.sub(r":\w+}", "}", path)
    for name, value in (*parts.items(), ("{party_id}", company), ("{golden_id}", company)):
        told = told.replace(name, value)
    told = told.replace("{kind}", "parties")
    yield from (f"{told}?{query}" for query in _asked(key, company, path))


def _asked(key: str, company: str, path: str) -> list[str]:
    """What a route may be asked by."""
    if "find" in path or "search" in path:
        words = (OTHER.lower(), inn(2), "+73432000002", company)
        return [f"q={quote(word)}" for word in words]
    if path in ("/reviews/pair", "/reviews/next"):
        return [f"left={quote(ref(key))}&right={quote(ref(key + '2'))}"]
    if path.startswith("/values"):
        return [f"id={company}&field=name&entity=legal_entity&value=x"]
    if path in ("/units", "/contacts", "/feed") or path.startswith("/v1/"):
        return ["", f"party_id={company}" if path.startswith("/v1/") else f"golden_id={company}"]
    return ["", f"q={quote(inn(2))}"] if path.startswith("/parties") else [""]


def enquiry_of(hub: Judged, thread: str) -> str:
    with hub.store.read() as reader:
        return str(enquiries.load(reader).filter(thread=thread)["id"].item())


def _part(hub: Judged, entity: str, company: str) -> str:
    owner = "owner_id" if entity == "contact_point" else "legal_entity_id"
    found = hub.golden(entity).filter(**{owner: company})["id"].to_list()
    return str(found[0]) if found else company


def _record(hub: Judged, company: str, path: str) -> str:
    return _part(hub, "unit", company) if path.startswith("/units") else company


def _leaked(text: str, address: str) -> list[str]:
    """Secrets an answer tells that were not asked by."""
    asked = address.lower()
    known = [one for one in SECRETS if one in asked or quote(one).lower() in asked]
    # The text that was typed stands in the box again.
    rest = [one for one in SECRETS if one not in known]
    return [one for one in rest if one in text.lower()]


@pytest.mark.timeout(240)
def test_no_route_tells_a_partner_of_companies_outside_and_the_whole_base_would(
    app: FastAPI, hub: Judged, partner: TestClient
) -> None:
    whole = client(app, hub, None)
    told = set()
    for method, path in sorted(PERMISSIONS):
        if method != "GET" or (method, path) not in WITHIN:
            continue
        for address in _addresses(hub, "other", path):
            answer = partner.get(address)
            assert answer.status_code in (200, 303, 403, 404, 422), (address, answer.text[:300])
            assert not _leaked(answer.text, address), address
            assert not _leaked(answer.headers.get("location", ""), address), address
            if path in SHOWN - told and _leaked(whole.get(address).text, address):
                told.add(path)
    assert told == SHOWN, "the measure itself must be able to fail"


def test_what_is_within_is_there_as_for_everybody(hub: Judged, partner: TestClient) -> None:
    company = hub.of("mine")
    assert MINE in partner.get("/parties").text
    assert MINE in partner.get(f"/parties/{company}").text
    assert MINE in partner.get(f"/find/suggest?q={quote(MINE.lower())}").text
    assert partner.get(f"/find?q={inn(1)}").headers["location"] == f"/parties/{company}"
    pair = f"/reviews/pair?left={quote(ref('mine'))}&right={quote(ref('mine2'))}"
    assert MINE in partner.get(pair).text
    assert [one["phone"] for one in partner.get("/v1/calls").json()["items"]] == ["+73512000001"]
    assert partner.get("/calls").text.count("3512000001") > 0
    assert "/calls/report" not in partner.get("/calls").text
    written = partner.get("/v1/enquiries").json()["items"]
    assert {one["sender_name"] for one in written} == {"mine", "mine-by-inn"}
    register = partner.get("/enquiries").text
    assert register.count(MINE) >= 2
    assert "/enquiries/routing" not in register
    assert f"{MINE}: пришлите счёт" in partner.get(f"/enquiries/{enquiry_of(hub, 'mine')}").text
    for theirs in ("other", "other-by-inn", "nobody"):
        assert partner.get(f"/enquiries/{enquiry_of(hub, theirs)}").status_code == 404
    changes = partner.get("/v1/changes?after=0").json()["items"]
    assert {one["golden_id"] for one in changes if one["entity"] == "legal_entity"} <= {
        company, hub.of("mine2"),
    }  # fmt: skip
    assert [one["inn"] for one in partner.get("/v1/parties").json()["items"] if one["inn"]] == [
        inn(1)
    ]


def _form(browser: TestClient, **fields: str) -> dict[str, str]:
    token = re.search(r'name="csrf" value="([^"]+)"', browser.get("/parties").text)
    assert token is not None
    return {**fields, "csrf": token[1]}


def test_acts_on_what_is_outside_are_404_and_write_nothing(
    app: FastAPI, hub: Judged, partner: TestClient
) -> None:
    other, before = hub.of("other"), hub.ledger().height
    pair = {"left": ref("other"), "right": ref("other2")}
    for path, fields in (
        ("/reviews/pair", {**pair, "verdict": "same", "seen": "x"}),
        ("/reviews/pair", {**pair, "verdict": "later", "seen": "x"}),
        ("/reviews/hold", pair),
        ("/reviews/withdraw", {**pair, "decision": "0"}),
        ("/values", {"id": other, "field": "name", "value": "Захват"}),
        ("/values/release", {"id": other, "field": "name"}),
        ("/reveal", {"party": other}),
        (f"/enquiries/{enquiry_of(hub, 'other')}", {"do": "take"}),
    ):
        assert partner.post(path, data=_form(partner, **fields), headers=SAME).status_code == 404, (
            path
        )
    said = {**pair, "verdict": "different", "seen": "x"}
    assert partner.post("/v1/reviews/decisions", json=said).status_code == 404
    assert hub.ledger().height == before
    assert "Захват" not in client(app, hub, None).get(f"/parties/{other}").text


def test_what_is_about_the_whole_base_is_refused_with_a_sentence(partner: TestClient) -> None:
    closed = [p for m, p in PERMISSIONS if m == "GET" and ("GET", p) not in WITHIN]
    public = ("/static", "/-/health", "/-/ready", "/sign-in", "/welcome")
    for path in closed:
        if not path.startswith(public):
            filled = re.sub(r"{[^}]*}", "1", path)
            assert partner.get(filled).status_code == 403, path
    assert set(PERMISSIONS) >= WITHIN
    assert "её часть" in partner.get("/runs").text
    menu = partner.get("/parties").text
    assert 'href="/runs"' not in menu
    assert 'href="/reviews"' in menu


def test_an_owner_sees_his_clients_also_after_they_were_merged(app: FastAPI, hub: Judged) -> None:
    mine = client(app, hub, scope_of([], ["Петров "]))
    assert MINE not in mine.get("/parties").text
    whole = client(app, hub, None)
    path = f"/parties/{hub.of('mine2')}/owners"
    assert whole.post(path, data=_form(whole, owners="петров"), headers=SAME).status_code == 303
    assert mine.get(f"/parties/{hub.of('mine2')}").status_code == 200
    assert mine.post(path, data=_form(mine, owners="иванов"), headers=SAME).status_code == 403
    hub.put({**ROWS[1], "inn": inn(1)})
    assert hub.of("mine2") == hub.of("mine")
    with hub.store.read() as reader:
        assert owners.of(reader, hub.of("mine")) == ["петров"]
    assert mine.get(f"/parties/{hub.of('mine')}").status_code == 200
    both = client(app, hub, Scope(("66",), ("петров",)))
    assert both.get(f"/parties/{hub.of('mine')}").status_code == 404, "both must hold"


def test_what_other_customers_call_a_good_is_not_told(hub: Judged) -> None:
    codes = [
        {"id": key, "good_id": "good", "connection": "crm", "stream": "codes", "key": key, "code": key,
         "code_key": key, **dict(zip(_PARTY, ref(key).split("/"), strict=True))}
        for key in ("mine", "other")
    ]  # fmt: skip
    nothing = [pl.DataFrame(schema=good_columns(model)) for model in _OFFERED]
    nothing[2] = pl.DataFrame(codes, schema=good_columns(GoodCode))
    with hub.store.write() as writer:
        goods.save_offers(writer, nothing)
    with hub.store.read() as reader:
        assert len(offers.codes_of(reader, "good")) == 2
    with hub.store.within(Scope(regions=("74",))).read() as reader:
        assert [row["code"] for row in offers.codes_of(reader, "good")] == ["mine"]


def test_a_scope_is_set_on_the_page_of_users_and_not_for_who_runs_the_hub(
    app: FastAPI, hub: Judged
) -> None:
    with hub.store.write() as writer:
        accounts.add(writer, "anna", Role.VIEWER, "test")
    boss = client(app, hub, None, Role.ADMIN)
    said = {"act": "scope", "login": "anna", "regions": "74, 66", "owners": ""}
    assert boss.post("/users", data=_form(boss, **said), headers=SAME).status_code == 200
    with hub.store.write() as writer:
        anna = accounts.known(writer, "anna")
        assert anna.scope == Scope(("66", "74"))
        with pytest.raises(ConfigError):
            accounts.change(writer, anna, role=Role.ADMIN)
        accounts.narrow(writer, anna, None)
        assert accounts.known(writer, "anna").scope is None
    wrong = boss.post("/users", data=_form(boss, **{**said, "regions": "Урал"}), headers=SAME)
    assert (wrong.status_code, "две цифры" in wrong.text) == (422, True)


def test_every_table_is_open_narrowed_or_empty(store: Store) -> None:
    assert set(metadata.tables) >= OPEN | set(NARROWED)
    assert not OPEN & set(NARROWED)
    made = views(Scope(("7'4",), ("o'brien",)), postgres=False)
    assert len(made) == len(metadata.tables) - len(OPEN)
    assert "'o''brien'" in made[0]
    scoped = store.within(Scope(("99",)))
    with scoped.read() as reader:
        assert reader.scalar(metadata.tables["golden_legal_entity"].select()) is None
    assert Person("a", Role.VIEWER).scope is None
