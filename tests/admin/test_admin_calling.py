"""One click, one call: dialled once whatever happens, and tied to the call that comes of it."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from starlette.testclient import TestClient

from admin.wiring import site_of
from flows.calls.dialling import HEARD_WITHIN, Wish, dial, watched
from flows.calls.live import Listener
from flows.house import House
from flows.sync import settle, sync
from schemas.errors import ConfigError, Conflict
from schemas.golden import golden_columns
from simulators.telephony import write_master_csv
from simulators.telephony.ami import Manners, Switch, ami
from simulators.telephony.leg import Leg
from store import Store, call_requests, calls, canonical, golden
from store.clock import utc_now
from tests.support.house import house_over
from tests.support.records import canonical_records

SAME = {"sec-fetch-site": "same-origin"}
ME = getpass.getuser()
PHONE = "+79160000001"


@pytest.fixture
def switch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Switch]:
    monkeypatch.setenv("KANON_TEST_AMI", "тайна")
    with ami(Switch("тайна")) as running:
        yield running


@pytest.fixture
def house(store: Store, tmp_path: Path, switch: Switch) -> Iterator[House]:
    folder = tmp_path / "config" / "connections"
    folder.mkdir(parents=True)
    (tmp_path / "cdr").mkdir()
    (folder / "switch.yaml").write_text(
        f"kind: asterisk\nsettings:\n  path: {tmp_path / 'cdr'}\n"
        f"  ami: {{host: 127.0.0.1, port: {switch.port}, user: kanon, secret: env:KANON_TEST_AMI,"
        ' silence: 1, prefixes: {"+7": "8", "+": "810"}}\n',
        encoding="utf-8",
    )
    people: list[dict[str, Any]] = [
        {"key": "1", "name": "Орлова Анна", "login": ME.upper(), "extension": "102"},
        {"key": "2", "name": "Белов Пётр", "login": "p.belov", "extension": None},
    ]
    staff = canonical_records("employee", [{**one, "status": "active"} for one in people])
    with store.write() as writer:
        canonical.save(writer, "employee", staff)
    opened = house_over(store, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def site(house: House) -> TestClient:
    return TestClient(site_of(house), base_url="http://127.0.0.1", client=("127.0.0.1", 5000))


def wish(number: str = PHONE, key: str = "k1", whose: str = ME) -> Wish:
    return Wish(number, whose, ME, key)


def state(house: House, request: str, later: timedelta = timedelta()) -> tuple[str, str | None]:
    row = watched(house, request, utc_now() + later)
    assert row is not None
    return row["state"], row["reason"]


def test_the_own_phone_rings_and_the_number_is_dialled_as_this_switch_dials(
    house: House, switch: Switch
) -> None:
    asked = dial(house, wish("8 (916) 000-00-01"))
    assert state(house, asked) == ("ringing", None)
    [sent] = [one for one in switch.actions if one["Action"] == "Originate"]
    assert (sent["Channel"], sent["Exten"]) == ("PJSIP/102", "89160000001")
    assert (sent["ChannelId"], sent["Variable"]) == (asked, f"__KANON_REQUEST={asked}")


def test_one_wish_is_dialled_once_and_its_key_is_for_one_number(
    house: House, switch: Switch
) -> None:
    asked = dial(house, wish())
    assert dial(house, wish()) == asked
    with pytest.raises(Conflict):
        dial(house, wish("+79160000002"))
    assert switch.dialled == [asked]
    assert dial(house, wish(key="k2")) != asked


def test_a_lost_answer_is_looked_for_and_never_sent_again(house: House, switch: Switch) -> None:
    switch.manners = Manners(answers_originate=False)
    rings = dial(house, wish())
    assert state(house, rings) == ("ringing", None)
    switch.manners = Manners(answers_originate=False, originates=False)
    silent = dial(house, wish(key="k2"))
    assert state(house, silent) == ("unknown", "answer_lost")
    assert dial(house, wish(key="k2")) == silent
    assert state(house, silent, HEARD_WITHIN + timedelta(seconds=1)) == ("failed", "not_heard")
    assert switch.dialled == [rings, silent]


def test_a_switch_that_is_away_was_sent_nothing(house: House, switch: Switch) -> None:
    switch.secret = "another"
    assert state(house, dial(house, wish())) == ("failed", "switch_away")
    assert switch.dialled == []


@pytest.mark.parametrize(
    ("asked", "cure"),
    [
        (wish(whose="p.belov"), "directory of employees"),
        (wish(whose="nobody"), "directory of employees"),
        (wish("12"), "Check its digits"),
        (wish("+7916000\r\nAction: Logoff"), "Check its digits"),
    ],
)
def test_what_cannot_be_dialled_is_refused_with_a_cure(
    house: House, switch: Switch, asked: Wish, cure: str
) -> None:
    with pytest.raises(ConfigError, match=cure):
        dial(house, asked)
    assert switch.dialled == []


def row(request: str, answer: datetime | None) -> Leg:
    at = datetime(2026, 11, 20, 9)  # noqa: DTZ001  the switch's own time
    disposition = "NO ANSWER" if answer is None else "ANSWERED"
    channels = (f"PJSIP/102-{request[-8:]}", f"SIP/mts-{request[-9:-1]}")
    return Leg(
        "102", "89160000001", *channels, "Dial", "SIP/mts", at, answer, at.replace(minute=1),
        disposition, request, request, 1,
    )  # fmt: skip


def test_the_call_in_the_register_names_its_request_and_the_request_its_end(
    house: House, site: TestClient, tmp_path: Path
) -> None:
    good, vain = dial(house, wish()), dial(house, wish(key="k2"))
    answer = datetime(2026, 11, 20, 9, 0, 12)  # noqa: DTZ001  the switch's own time
    write_master_csv([row(good, answer), row(vain, None)], tmp_path / "cdr" / "Master.csv")
    sync(house, "switch")
    settle(house)
    assert state(house, good) == ("answered", None)
    assert state(house, vain) == ("failed", "no_answer")
    with house.store.read() as reader:
        held = calls.load(reader)
        found = call_requests.find(reader, good)
    assert set(held["request"]) == {good, vain}
    assert found is not None
    assert found["call"]["talk_s"] == 48
    items = site.get("/v1/calls").json()["items"]
    assert {one["request"] for one in items} == {good, vain}
    assert "48" in site.get(f"/calls/requests/{good}").text


def test_the_listener_hears_that_the_own_phone_was_busy(house: House, switch: Switch) -> None:
    asked = dial(house, wish())
    told = {"Event": "OriginateResponse", "ActionID": asked, "Response": "Failure", "Reason": "5"}
    switch.events = [told]

    async def work() -> None:
        task = asyncio.create_task(Listener(house, "switch").run())
        async with asyncio.timeout(20):
            while state(house, asked)[0] != "failed":
                await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(work())
    assert state(house, asked) == ("failed", "own_busy")


def test_a_button_stands_beside_phones_and_dials_once(
    house: House, site: TestClient, switch: Switch
) -> None:
    company = "6a6c1b1e-8d0f-4c57-9a3e-2f4f0c9a7d11"
    point = {
        "id": "t1",
        "owner_id": company,
        "owner": "legal_entity",
        "kind": "phone",
        "value": PHONE,
    }
    with house.store.write() as writer:
        for entity, made in {
            "legal_entity": [{"id": company, "name": "ООО Вега"}], "contact_point": [point],
        }.items():  # fmt: skip
            golden.save(writer, entity, pl.DataFrame(made, schema=golden_columns(entity)))
    card = site.get(f"/parties/{company}").text
    assert 'action="/calls/dial"' in card
    token = card.split('name="csrf" value="')[1].split('"')[0]
    form = {"csrf": token, "number": PHONE, "key": "page-1"}
    for _ in range(2):
        answer = site.post("/calls/dial", data=form, headers=SAME, follow_redirects=False)
        assert answer.status_code == 303
    assert len(switch.dialled) == 1
    assert answer.headers["location"] == f"/calls/requests/{switch.dialled[0]}"
    assert "hx-trigger" in site.get(answer.headers["location"]).text
    refused = site.post("/calls/dial", data=form | {"number": "7"}, headers=SAME)
    assert refused.status_code == 422
    assert "Проверьте цифры" in refused.text
    assert site.get("/calls/requests/kanon-0").status_code == 404


def test_over_the_api_a_call_is_asked_for_an_employee(
    house: House, site: TestClient, switch: Switch
) -> None:
    headers = {**SAME, "Idempotency-Key": "crm-1"}
    asked = site.post("/v1/calls", json={"phone": PHONE, "employee": ME}, headers=headers)
    assert asked.status_code == 201
    told = asked.json()
    assert (told["state"], told["extension"], told["phone"]) == ("ringing", "102", PHONE)
    again = site.post("/v1/calls", json={"phone": PHONE, "employee": ME}, headers=headers)
    assert again.json()["id"] == told["id"]
    assert switch.dialled == [told["id"]]
    assert site.get(f"/v1/calls/requests/{told['id']}").json()["state"] == "ringing"
    missing = site.get("/v1/calls/requests/kanon-0")
    assert (missing.status_code, missing.json()["code"]) == (404, "call_request_unknown")
    refused = site.post("/v1/calls", json={"phone": "1"}, headers=SAME)
    assert (refused.status_code, refused.json()["code"]) == (422, "call_refused")
