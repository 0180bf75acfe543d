"""Enquiries on pages and over the API: whose they are, what is decided, forms sent once."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from starlette.testclient import TestClient

from admin.wiring import site_of
from flows.enquiries.decide import decide, send_again
from flows.enquiries.forms import submit
from flows.house import House
from flows.sync import settle
from schemas.errors import Conflict, RecordRejected
from schemas.golden import golden_columns
from store import Store, canonical, enquiries, golden
from store.routing_facts import companies
from store.views import enquiries as register
from store.views import timeline
from tests.support.house import house_over
from tests.support.messages import canonical_messages, message
from tests.support.staff import save_staff

SAME = {"sec-fetch-site": "same-origin"}
KEY = "site-key-of-the-tests-0001"
FORM = {
    "name": "Анна Орлова", "phone": "8 916 000-00-01", "inn": "7707083893",
    "message": "Сколько стоит труба 57х3,5?", "tags": {"utm_source": "yandex"},
    "files": [{"name": "заявка.txt", "content": base64.b64encode(b"40 m").decode()}],
}  # fmt: skip
SITES = """
sites:
  - {name: zavod, api_key: env:SITE_KEY, origins: ["https://zavod.example"], a_minute: 3}
"""


@pytest.fixture
def house(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "sites.yaml").write_text(SITES, encoding="utf-8")
    monkeypatch.setenv("SITE_KEY", KEY)
    opened = house_over(store, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def site(house: House) -> TestClient:
    return TestClient(site_of(house), base_url="http://127.0.0.1", client=("127.0.0.1", 5000))


def posted(site: TestClient, form: dict[str, Any] | None = None, **headers: str) -> Any:
    told = {"X-Site-Key": KEY, **{name.replace("_", "-"): text for name, text in headers.items()}}
    return site.post("/v1/enquiries", json=form or FORM, headers=told)


def stored(house: House) -> pl.DataFrame:
    with house.store.read() as reader:
        return enquiries.load(reader)


def test_a_form_posted_twice_is_one_enquiry(house: House, site: TestClient) -> None:
    first, second = posted(site), posted(site)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert posted(site, {**FORM, "message": "Где машина?"}).status_code == 201
    settle(house)
    found = stored(house).filter(pl.col("id") == first.json()["id"]).to_dicts()
    assert stored(house).height == 2
    assert [found[0][n] for n in ("topic", "sender_phone", "source", "files", "box")] == [
        "purchase", "+79160000001", "yandex", 1, "zavod",
    ]  # fmt: skip


def test_a_key_names_one_form_and_midnight_doubles_none(house: House) -> None:
    late = datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)
    first = submit(house, "zavod", FORM, None, late)
    assert submit(house, "zavod", FORM, None, late.replace(day=21, hour=0)).id == first.id
    assert not submit(house, "zavod", FORM, None, late.replace(day=25)).repeated
    named = submit(house, "zavod", FORM, "k1")
    assert submit(house, "zavod", FORM, "k1") == type(named)(named.id, repeated=True)
    with pytest.raises(Conflict):
        submit(house, "zavod", {**FORM, "message": "другое"}, "k1")
    with pytest.raises(RecordRejected):
        submit(house, "zavod", {"name": "Анна"}, None)


def test_strangers_robots_and_haste_are_refused(house: House, site: TestClient) -> None:
    assert site.post("/v1/enquiries", json=FORM).json()["code"] == "site_key_unknown"
    assert posted(site, origin="https://thief.example").status_code == 403
    assert posted(site, {**FORM, "website": "http://spam.example"}).status_code == 200
    assert stored(house).is_empty()
    page = {"origin": "https://zavod.example", "sec_fetch_site": "cross-site"}
    taken = posted(site, **page)
    assert taken.headers["access-control-allow-origin"] == page["origin"]
    assert taken.headers["cross-origin-resource-policy"] == "cross-origin"
    asked = site.options("/v1/enquiries", headers={"Origin": page["origin"]})
    assert (asked.status_code, asked.headers["access-control-allow-methods"]) == (204, "POST")
    answers = [posted(site, {**FORM, "message": f"{n}"}).status_code for n in range(4)]
    assert answers[-1] == 429
    wrong = posted(site, {"name": "x", "files": [{"name": "a", "content": "***"}], "phone": "1"})
    assert wrong.status_code in (422, 429)


COMPANIES: dict[str, list[dict[str, Any]]] = {
    "legal_entity": [{"id": f"c{n}", "name": f"ООО Вега {n}", "inn": inn} for n, inn in enumerate(
        ("7707083893", "7414003633", None))],
    "contact": [
        {"id": "p1", "legal_entity_id": "c1", "name": "Анна"},
        {"id": "p2", "legal_entity_id": "c2", "name": "Белова Анна Ильинична"},
    ],
    "contact_point": [
        {"id": f"t{n}", "owner_id": owner, "owner": kind, "kind": way, "value": value}
        for n, (owner, kind, way, value) in enumerate((
            ("c0", "legal_entity", "phone", "+79160000001"),
            ("p1", "contact", "email", "anna@vega.example"),
            ("c1", "legal_entity", "email", "info@shared.example"),
            ("c2", "legal_entity", "email", "info@shared.example"),
        ))
    ],
}  # fmt: skip


def told(house: House, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    """The register of these messages, each a conversation, in their order."""
    each = [
        message(n, n, **{"thread": str(n), "body": "Цена?", **row}) for n, row in enumerate(rows)
    ]
    with house.store.write() as writer:
        canonical.save(writer, "message", canonical_messages(each))
    settle(house)
    with house.store.write() as writer:
        for entity, known in COMPANIES.items():
            golden.save(writer, entity, pl.DataFrame(known, schema=golden_columns(entity)))
    with house.store.read() as reader:
        page = register.listing(reader, {}, register.NEWEST, None, 50)
    return [dict(row) for row in page.rows][::-1]


def test_whose_it_is_needs_a_proof_that_names_one_and_none_against_it(house: House) -> None:
    rows = told(
        house,
        {"sender_phone": "+79160000001"},
        {"sender_email": "anna@vega.example"},
        {"sender_email": "info@shared.example"},
        {"sender_phone": "+79160000001", "sender_email": "anna@vega.example"},
        {"inn": "7414003633", "sender_email": "info@shared.example"},
        {"sender_phone": "+79169999999"},
        {"sender_email": "info@shared.example", "sender_name": "Белова Анна Ильинична"},
        {"sender_email": "b@mail.ru", "sender_name": "Белова Анна Ильинична"},
    )
    assert [(row["firm_id"], row["firms"]) for row in rows] == [
        ("c0", 1), ("c1", 1), (None, 2), (None, 2), ("c1", 2), (None, 0), ("c2", 2), (None, 1),
    ]  # fmt: skip
    with house.store.read() as reader:
        known = dict(companies(reader, enquiries.load(reader)).iter_rows())
        assert [known[row["id"]] for row in rows] == [row["firm_id"] for row in rows]
        mine = [
            one.row["thread"] for one in timeline.of_party(reader, "c1") if one.kind == "enquiry"
        ]
    assert mine == ["6", "4", "3", "2", "1"]


def test_an_address_of_very_many_hides_nobody_else_s(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [{"id": f"x{n}", "name": f"ООО А {n:03}"} for n in range(230)]
    theirs = [
        {**COMPANIES["contact_point"][2], "id": f"y{n}", "owner_id": f"x{n}", "value": "buh@a.example"}
        for n in range(230)
    ]  # fmt: skip
    more = {"legal_entity": many, "contact_point": theirs}
    for entity, known in more.items():
        monkeypatch.setitem(COMPANIES, entity, COMPANIES[entity] + known)
    senders = ("buh@a.example", "anna@vega.example", "info@shared.example")
    rows = told(house, *({"sender_email": one} for one in senders))
    assert [(row["firm_id"], row["firms"]) for row in rows] == [(None, 5), ("c1", 1), (None, 2)]


def test_an_operator_takes_turns_and_closes_an_enquiry_on_its_page(
    house: House, site: TestClient
) -> None:
    [row] = told(house, {"sender_phone": "+79160000001", "body": "<b>Сколько стоит</b> труба?"})
    path = f"/enquiries/{row['id']}"

    def press(**fields: str) -> None:
        token = re.search(r'name="csrf" value="([^"]+)"', site.get(path).text)
        assert token is not None
        told = {"csrf": token[1], **fields}
        sent = site.post(path, data=told, headers=SAME, follow_redirects=False)
        assert (sent.status_code, sent.headers["location"]) == (303, f"{path}?saved=yes")

    page = site.get(path).text
    assert "&lt;b&gt;Сколько стоит&lt;/b&gt;" in page
    assert "ООО Вега 0" in page
    press(do="take")
    press(topic="claim", transferred_to="Борис", deadline_at="2026-11-25T15:30", company_id="c0")
    [now] = stored(house).to_dicts()
    assert [now[n] for n in ("state", "topic", "transferred_to", "company_id")] == [
        "in_work", "claim", "Борис", "c0",
    ]  # fmt: skip
    assert now["deadline_at"] == datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
    page = site.get(path).text
    assert 'Ответить до: <span class="strong">25.11.2026 15:30' in page
    assert 'Контрагент: <span class="strong">ООО Вега 0</span>' in page
    press(do="close")
    assert stored(house)["state"].to_list() == ["closed"]
    settle(house)
    assert stored(house)["topic"].to_list() == ["claim"]
    told_api = site.get(f"/v1/enquiries/{row['id']}").json()
    assert (told_api["state"], told_api["version"]) == ("closed", 5)
    assert told_api.pop("conversion") is None
    assert told_api.pop("as_typed") == []
    assert told_api.pop("identification")["asked"] == "confidential"
    assert site.get("/v1/enquiries?state=closed").json()["items"] == [told_api]
    assert site.get("/enquiries/none").status_code == 404
    journal = site.get("/journal").text
    assert "enquiry" in journal


def test_the_api_takes_decides_and_closes_an_enquiry(house: House, site: TestClient) -> None:
    [row] = told(house, {"sender_phone": "+79160000001", "body": "Сколько стоит труба?"})
    path = f"/v1/enquiries/{row['id']}/decision"
    taken = site.post(path, json={"act": "take"})
    assert taken.status_code == 200, taken.text
    assert (taken.json()["state"], bool(taken.json()["owner"])) == ("in_work", True)
    said = {"topic": "claim", "company_id": "c0", "deadline_at": "2026-11-25T15:30:00+03:00"}
    assert site.post(path, json=said).json()["topic"] == "claim"
    [now] = stored(house).to_dicts()
    assert now["deadline_at"] == datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
    assert now["company_id"] == "c0"
    site.post(path, json={"topic": None})
    assert stored(house)["topic"].to_list() != ["claim"], "null lets the hub say again"
    assert site.post(path, json={"act": "route"}).status_code == 200
    assert site.post(path, json={"act": "close"}).json()["state"] == "closed"
    for wrong in ({"topic": "nonsense"}, {"act": "burn"}, {"state": "x"}):
        refused = site.post(path, json=wrong)
        assert refused.status_code == 422, wrong
        assert refused.headers["content-type"] == "application/problem+json"
    with house.store.write() as writer:
        save_staff(writer, "employee", {"key": "1", "login": "vera", "department": "Снабжение"})
    for name in ("transferred_to", "unit", "company_id"):
        refused = site.post(path, json={name: "Нет такого"}, headers={"Accept-Language": "ru"})
        assert (refused.status_code, "«Нет такого»" in refused.json()["detail"]) == (422, True), (
            name
        )
    none = site.post("/v1/enquiries/none/decision", json={"act": "take"})
    assert (none.status_code, none.json()["code"]) == (404, "enquiry_unknown")


def test_two_systems_do_not_decide_over_one_another(house: House, site: TestClient) -> None:
    [row] = told(house, {"sender_phone": "+79160000001", "body": "Сколько стоит труба?"})
    one = f"/v1/enquiries/{row['id']}"
    seen = site.get(one).headers["etag"]
    first = site.post(f"{one}/decision", json={"owner": "anna"}, headers={"If-Match": seen})
    assert (first.status_code, first.json()["owner"]) == (200, "anna")
    for said in ({"act": "take"}, {"act": "route"}, {"topic": "claim"}):
        late = site.post(f"{one}/decision", json=said, headers={"If-Match": seen})
        assert (late.status_code, late.json()["code"]) == (412, "version_old"), said
    assert site.get(one).json()["owner"] == "anna"
    now = {"If-Match": f'"{first.json()["version"]}"'}
    assert site.post(f"{one}/decision", json={"topic": "claim"}, headers=now).status_code == 200
    with pytest.raises(Conflict):
        decide(house, row["id"], {"owner": "boris"}, "boris", version=first.json()["version"])
    with pytest.raises(Conflict):
        send_again(house, row["id"], "boris", version=first.json()["version"])
    unknown = site.post("/v1/enquiries/none/decision", json={"act": "take"}, headers=now)
    assert unknown.status_code == 404


def test_who_is_chosen_is_a_colleague_and_whom_it_is_transferred_to_tells_the_unit(
    house: House, site: TestClient
) -> None:
    [row] = told(house, {"sender_phone": "+79160000001", "body": "Сколько стоит труба?"})
    path = f"/enquiries/{row['id']}"
    with house.store.write() as writer:
        save_staff(
            writer, "employee",
            {"key": "1", "login": "Boris", "name": "Белов Борис", "department": "Снабжение"},
            {"key": "2", "login": "vera", "name": "Волкова Вера", "department": "claim"},
        )  # fmt: skip
    page = site.get(path).text
    assert '<option value="Boris">Белов Борис, Снабжение</option>' in page
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token is not None

    def answer(**fields: str) -> Any:
        told = {"csrf": token[1], **fields}
        return site.post(path, data=told, headers=SAME, follow_redirects=False)

    def sent(**fields: str) -> int:
        return int(answer(**fields).status_code)

    wrong = answer(owner="Борисс", topic="claim", unit="Цех 5")
    assert wrong.status_code == 422
    assert "Сотрудника с логином «Борисс» нет" in wrong.text
    assert all(typed in wrong.text for typed in ('value="Борисс"', 'value="Цех 5"'))
    assert re.search(r'<option value="claim" selected>', wrong.text)
    assert sent(owner="vera", transferred_to="boris") == 303
    [now] = stored(house).to_dicts()
    assert (now["owner"], now["transferred_to"], now["unit"]) == ("vera", "boris", "Снабжение")
    assert sent(transferred_to="vera", unit="claim") == 303
    # A name of somebody's is shown as it is, also where it is a word of ours.
    assert 'Наше подразделение: <span class="strong">claim</span>' in site.get(path).text
    assert stored(house)["unit"].to_list() == ["claim"]


def test_the_same_request_says_by_what_it_is_the_same_in_words(
    house: House, site: TestClient
) -> None:
    same = {"sender_phone": "+79160000001", "body": "Сколько стоит труба 57х3,5 сорок метров?"}
    [_, row] = told(house, {**same, "channel": "form"}, {**same, "channel": "telegram"})
    page = site.get(f"/enquiries/{row['id']}").text
    assert "телефон, те же слова: 100 %" in page
    assert "sender_phone" not in page


def test_files_of_every_channel_stand_on_the_page(house: House, site: TestClient) -> None:
    files = [
        {"name": "photo", "file_id": "f1"},
        {"name": "счёт\u202efdp.exe"},
        {"name": "Заявка.pdf", "size": 24576, "type": "application/pdf", "sha256": "0", "inline": False},
        {"name": "winmail.dat", "size": 7, "trouble": "winmail"},
        {"name": "letter.eml", "size": 7, "trouble": "unreadable"},
    ]  # fmt: skip
    told_files = [json.dumps(one, ensure_ascii=False) for one in files]
    [row] = told(house, {"attachments": told_files})
    page = site.get(f"/enquiries/{row['id']}", params={"lang": "ru"})
    assert page.status_code == 200
    for text in (
        "photo",
        "счётfdp.exe",
        "Заявка.pdf",
        "24 576",
        "не распакован",
        "откройте письмо в почтовом",
    ):
        assert text in page.text.replace("\u00a0", " ").replace("\u202f", " "), text


def test_a_file_of_a_form_and_of_a_letter_can_be_taken(house: House, site: TestClient) -> None:
    sent = posted(site).json()["id"]
    page = site.get(f"/enquiries/{sent}").text
    [path] = set(re.findall(rf'href="(/enquiries/{sent}/files/[0-9a-f]{{64}})"', page))
    got = site.get(path)
    assert (got.status_code, got.content) == (200, b"40 m")
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%D0%B7")
    assert site.get(path[:-1] + "g").status_code == 404
    assert site.get(path.replace(sent, "none")).status_code == 404
    assert "взял файл обращения" in site.get("/journal", params={"lang": "ru"}).text


def test_the_page_shows_a_letter_of_two_mailboxes_once_and_of_a_long_talk_its_end(
    house: House, site: TestClient
) -> None:
    twice = {"channel": "email", "thread": "a@x", "message_id": "a@x", "body": "Почём балка?"}
    [row] = told(house, {**twice, "key": "zakaz|a@x"}, {**twice, "key": "sales|a@x"})
    assert site.get(f"/enquiries/{row['id']}").text.count("Почём балка?") == 1
    talk = [{"thread": "long", "body": f"Строка {n}."} for n in range(230)]
    long = next(one for one in told(house, *talk) if one["thread"] == "long")
    page = site.get(f"/enquiries/{long['id']}", params={"lang": "ru"}).text
    assert "Строка 229." in page
    assert "Строка 29." not in page
    assert page.index("Строка 30.") < page.index("Строка 229.")
    assert "последние 200" in page


def test_who_saves_what_another_has_changed_meanwhile_is_told_so(house: House) -> None:
    [row] = told(house, {"body": "Сколько стоит труба?"})
    one = row["id"]
    seen = {"owner": None, "state": "new", "topic": "purchase", "unit": row["unit"]}
    decide(house, one, {"owner": "anna", "state": "in_work"}, "anna", seen=seen)
    with pytest.raises(Conflict, match="responsible: anna"):
        decide(house, one, {"owner": "boris", "state": "in_work"}, "boris", seen=seen)
    assert stored(house)["owner"].to_list() == ["anna"]
    # What Boris left as he saw it is not put back.
    decide(house, one, {"owner": None, "topic": "claim"}, "boris", seen=seen)
    assert stored(house).select("owner", "topic").row(0) == ("anna", "claim")
    decide(house, one, {"owner": "boris"}, "boris", seen={"owner": "anna"})
    decide(house, one, {"owner": "boris"}, "boris", seen=seen)  # the same by both is no quarrel
    assert stored(house)["owner"].to_list() == ["boris"]


def test_the_page_keeps_what_two_people_do_at_once_apart(house: House, site: TestClient) -> None:
    [row] = told(house, {"body": "Сколько стоит труба?"})
    path = f"/enquiries/{row['id']}"
    opened = site.get(path).text
    decide(house, row["id"], {"owner": "anna", "state": "in_work"}, "anna")

    def press(page: str, button: str) -> Any:
        [form] = [one for one in page.split("<form") if f'value="{button}"' in one]
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        return site.post(path, data={**fields, "do": button}, headers=SAME, follow_redirects=False)

    late = press(opened, "take")
    assert late.status_code == 422
    assert "ответственный: anna" in late.text
    assert stored(house)["owner"].to_list() == ["anna"]
    assert press(late.text, "take").status_code == 303
    assert stored(house)["owner"].to_list() != ["anna"]


def test_a_page_of_a_site_can_read_why_its_form_was_refused(site: TestClient) -> None:
    page = {"origin": "https://zavod.example", "sec_fetch_site": "cross-site"}
    long = {**FORM, "message": "x" * 20_001}
    refused = [posted(site, form, **page) for form in ({"name": "x"}, long)]
    refused += [posted(site, {**FORM, "message": f"{n}"}, **page) for n in range(5)]
    assert {one.status_code for one in refused} == {422, 201, 429}
    for one in refused:
        assert one.headers["access-control-allow-origin"] == page["origin"]
        assert "Origin" in one.headers["vary"]
    thief = posted(site, {"name": "x"}, origin="https://thief.example")
    assert "access-control-allow-origin" not in thief.headers
    assert (
        "access-control-allow-origin"
        not in site.get("/", headers={"Origin": page["origin"]}).headers
    )


def test_a_form_of_blanks_says_nothing_and_one_too_large_says_what_to_do(
    house: House, site: TestClient
) -> None:
    with pytest.raises(RecordRejected):
        submit(house, "zavod", {"name": "Анна", "message": " \n\u200b ", "phone": " "}, None)
    large = site.post("/v1/enquiries", content=b"{" + b" " * 1_100_000, headers={"X-Site-Key": KEY})
    assert large.status_code == 413
    assert "KANON_BODY_LIMIT" in large.json()["detail"]
    assert "контрагент" not in large.json()["detail"]


def test_a_due_time_of_no_sane_year_is_refused(house: House, site: TestClient) -> None:
    [row] = told(house, {"body": "Сколько стоит труба?"})
    path = f"/enquiries/{row['id']}"
    for year in ("0001", "9999"):
        token = re.search(r'name="csrf" value="([^"]+)"', site.get(path).text)
        assert token is not None
        said = {"csrf": token[1], "deadline_at": f"{year}-01-01T00:00"}
        refused = site.post(path, data=said, headers=SAME, follow_redirects=False)
        assert (refused.status_code, "Год должен быть от 2000 до 2100" in refused.text) == (
            422,
            True,
        )
        for zone in ("Z", "+03:00"):
            moment = {"deadline_at": f"{year}-01-01T00:00:00{zone}"}
            assert site.post(f"/v1{path}/decision", json=moment).status_code == 422
