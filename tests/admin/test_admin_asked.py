"""Who asks and what he may be told; the deal an enquiry became and whose work it was (handbook 1.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from admin.wiring import site_of
from config.authority import Authority, Representative, identified, load_authority
from flows.enquiries.convert import convert
from flows.enquiries.decide import decide
from flows.enquiries.hand_over import hand_over
from flows.house import House
from schemas.enquiries import Conversion
from schemas.errors import ConfigError
from store import Store, enquiries
from tests.admin.test_admin_enquiries import SAME, told
from tests.support.house import house_over
from tests.support.staff import save_staff

COLLEAGUES: tuple[dict[str, Any], ...] = (
    {"key": "1", "login": "anna", "name": "Орлова Анна", "department": "Контакт-центр"},
    {"key": "2", "login": "boris", "name": "Белов Борис", "department": "Снабжение"},
)


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Iterator[House]:
    (tmp_path / "config").mkdir()
    opened = house_over(store, tmp_path)
    with opened.store.write() as writer:
        save_staff(writer, "employee", *COLLEAGUES)
    yield opened
    opened.close()


def site_over(house: House) -> TestClient:
    return TestClient(site_of(house), base_url="http://127.0.0.1", client=("127.0.0.1", 5000))


@pytest.fixture
def site(house: House) -> TestClient:
    return site_over(house)


def stored(house: House) -> dict[str, Any]:
    with house.store.read() as reader:
        [row] = enquiries.load(reader).to_dicts()
    return row


def test_a_deal_is_of_whom_it_was_transferred_to_and_the_enquiry_stays_its_operators(
    house: House,
) -> None:
    [row] = told(house, {"body": "Сколько стоит труба?"})
    decide(house, row["id"], {"owner": None, "unit": None}, "anna")
    assert decide(house, row["id"], {"topic_text": "Насос", "transferred_to": "boris"}, "anna")
    now = stored(house)
    assert [now[n] for n in ("owner", "transferred_to", "unit")] == ["anna", "boris", "Снабжение"]
    became = convert(house, row["id"], " С-118 ", "anna")
    assert became == Conversion("С-118", "boris", "anna")
    assert (stored(house)["owner"], stored(house)["state"]) == ("anna", "closed")
    before = stored(house)
    assert convert(house, row["id"], "С-118", "boris") == became
    assert stored(house) == before
    hand_over(house, [row["id"]], "boris", None, "anna", "отпуск", whole=True)
    with house.store.read() as reader:
        assert enquiries.conversion(reader, stored(house)) == became, "whose work it was stays"


def test_a_deal_nobody_gets_or_without_a_number_is_refused(house: House) -> None:
    [row] = told(house, {"body": "Сколько стоит труба?"})
    decide(house, row["id"], {"owner": None}, "anna")
    for deal in ("С-118", "", "  ", "x" * 101, "a\nb"):
        with pytest.raises(ConfigError):
            convert(house, row["id"], deal, "anna")
    assert convert(house, "nosuch", "С-118", "anna") is None
    assert stored(house)["state"] == "new"


def test_a_deal_is_written_down_on_the_page_and_over_the_api(
    house: House, site: TestClient
) -> None:
    [row] = told(house, {"body": "Сколько стоит труба?"})
    path, api = f"/enquiries/{row['id']}", f"/v1/enquiries/{row['id']}"
    decide(house, row["id"], {"transferred_to": "boris", "owner": "anna"}, "admin")
    assert site.get(api).json()["conversion"] is None
    sent = site.post(f"{api}/conversion", json={"deal": "С-7"}, headers={"Idempotency-Key": "k"})
    wanted = {"deal": "С-7", "manager": "boris", "operator": "anna"}
    assert (sent.status_code, sent.json()) == (200, wanted)
    assert site.get(api).json()["conversion"] == wanted
    assert site.post("/v1/enquiries/none/conversion", json={"deal": "7"}).status_code == 404
    refused = site.post(f"{api}/conversion", json={"deal": " "})
    assert (refused.status_code, refused.json()["code"]) == (422, "conversion_refused")
    token = re.search(r'name="csrf" value="([^"]+)"', site.get(path).text)
    assert token is not None
    form = {"csrf": token[1], "do": "convert"}
    wrong = site.post(path, data={**form, "deal": " "}, headers=SAME)
    assert "Напишите номер сделки" in wrong.text
    assert site.post(path, data={**form, "deal": "С-8"}, headers=SAME).status_code == 200
    page = site.get(path).text
    assert '<span class="code">С-8</span> · boris' in page
    assert "записал сделку" in site.get("/journal").text


def asked(site: TestClient, row: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = site.get(f"/v1/enquiries/{row['id']}").json()["identification"]
    return told


def test_what_is_known_of_the_sender_says_what_he_may_be_told(
    house: House, site: TestClient
) -> None:
    where = "Где машина по заказу № 4512? Когда отгрузка?"
    rows = told(
        house,
        {"body": where},
        {"body": where, "sender_email": "anna@vega.example"},
        {"body": where, "inn": "7707083893"},
        {"body": where, "sender_phone": "+79160000001"},
        {"body": "Сколько стоит труба?", "inn": "7707083893"},
    )
    found = [(one["level"], one["missing"]) for one in (asked(site, row) for row in rows)]
    assert found == [
        ("none", ["company", "person", "reach"]),
        ("confidential", []),
        ("general", ["person", "reach"]),
        ("general", ["person"]),
        ("general", []),
    ]
    page = site.get(f"/enquiries/{rows[0]['id']}").text
    assert "не идентифицирован" in page
    assert "кто он: контакт контрагента" in page
    assert "только общее" in site.get(f"/enquiries/{rows[3]['id']}").text


def test_who_is_listed_hears_as_far_as_the_list_says(house: House) -> None:
    (house.settings.config_dir / "authority.yaml").write_text(
        "representatives:\n"
        "  - {inn: '7707083893', who: '+79160000001', level: confidential, basis: Доверенность № 5}\n"
        "  - {inn: '7414003633', who: Anna@vega.example, level: none}\n",
        encoding="utf-8",
    )
    site = site_over(house)
    lawyer, former = told(
        house,
        {"body": "Где машина?", "sender_phone": "+79160000001"},
        {"body": "Где машина?", "sender_email": "anna@vega.example"},
    )
    assert asked(site, lawyer) | {"asked": ""} == {
        "level": "confidential", "asked": "", "missing": [], "basis": "Доверенность № 5",
    }  # fmt: skip
    assert (asked(site, former)["level"], asked(site, former)["missing"]) == ("none", ["authority"])
    assert "Доверенность № 5" in site.get(f"/enquiries/{lawyer['id']}").text


DAY = date(2026, 11, 20)


@pytest.mark.parametrize("topic", ["claim", "purchase", None])
@pytest.mark.parametrize("company", [True, False])
@pytest.mark.parametrize("person", [True, False])
@pytest.mark.parametrize("reach", [True, False])
def test_every_cell_of_the_matrix(
    topic: str | None, company: bool, person: bool, reach: bool
) -> None:
    known = {
        n for n, is_so in (("company", company), ("person", person), ("reach", reach)) if is_so
    }
    told = identified(Authority(), known, topic, None)
    needed = {"company"} if topic == "purchase" else {"company", "person", "reach"}
    assert told.asked == ("general" if topic == "purchase" else "confidential")
    assert set(told.missing) == needed - known
    level = "confidential" if len(known) == 3 else "general" if company else "none"
    assert told.level == level


def test_a_listed_ground_ends_and_is_of_its_company_and_topics_only() -> None:
    one = Representative(
        inn="7707083893", who="a@b.example", level="confidential", topics=["claim"], until=DAY
    )
    rules = Authority(representatives=[one])
    assert rules.of("7707083893", ["A@b.example"], "claim", DAY) == one
    for inn, way, topic, day in (
        ("7707083893", "a@b.example", "claim", DAY + timedelta(days=1)),
        ("7707083893", "a@b.example", "purchase", DAY),
        ("7707083893", "c@b.example", "claim", DAY),
        (None, "a@b.example", "claim", DAY),
    ):
        assert rules.of(inn, [way], topic, day) is None


def test_a_mistake_in_the_file_names_its_place(tmp_path: Path) -> None:
    (tmp_path / "authority.yaml").write_text("general: [passport]\n", encoding="utf-8")
    with pytest.raises(ConfigError) as told_wrong:
        load_authority(tmp_path)
    assert "authority.yaml" in told_wrong.value.en
