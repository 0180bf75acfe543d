"""Enquiries whose answer is late: their heads hear once; and heads hand them over with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config.alerts import Alerts, Mail
from flows.channels import ByMail
from flows.enquiries.escalate import escalate
from flows.enquiries.hand_over import hand_over
from flows.house import House
from flows.sync import settle
from schemas.errors import ConfigError, Refused, Retryable
from store import Store, canonical, enquiries
from tests.support.house import house_over
from tests.support.messages import MONDAY, canonical_messages, message
from tests.support.staff import save_staff

SETTINGS = Alerts(site="https://kanon.example")
TUESDAY = MONDAY + timedelta(days=1, hours=3)


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Iterator[House]:
    opened = house_over(store, tmp_path)
    with opened.store.write() as writer:
        save_staff(
            writer, "employee",
            {"key": "1", "login": "anna", "manager_key": "2", "department": "Закупки"},
            {"key": "2", "login": "left", "manager_key": "3", "status": "inactive"},
            {"key": "3", "login": "Boss", "emails": ["boss@zavod.example"]},
            {"key": "4", "login": "other"},
        )  # fmt: skip
        department = {"key": "d", "name": "Отдел качества", "head_key": "3"}
        save_staff(writer, "department", department)
    yield opened
    opened.close()


def take(house: House, *rows: dict[str, Any]) -> dict[str, dict[str, Any]]:
    if rows:
        with house.store.write() as writer:
            canonical.save(writer, "message", canonical_messages(rows))
    settle(house)
    with house.store.read() as reader:
        return {row["thread"]: row for row in enquiries.load(reader).to_dicts()}


def ways(monkeypatch: pytest.MonkeyPatch, sent: list[tuple[list[str], str]]) -> list[ByMail]:
    def send(self: ByMail, _subject: str, text: str) -> None:
        sent.append((self.settings.to, text))

    monkeypatch.setattr(ByMail, "send", send)
    return [ByMail(Mail(host="localhost", sender="hub@zavod.example", to=["it@zavod.example"]))]


def test_the_head_at_work_hears_once_and_again_of_another_wait(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = take(
        house, message(1, 0, thread="1", body="Сколько стоит труба? Иван, +7 916 000-00-01"),
        message(2, 1, thread="2", body="Пришёл брак, нужна рекламация"),
        message(3, 2, thread="3", body="Чертёж?"),
    )  # fmt: skip
    hand_over(house, [first["1"]["id"]], "anna", None, "boss", "его клиент")
    sent: list[tuple[list[str], str]] = []
    post = ways(monkeypatch, sent)
    assert escalate(house.store, SETTINGS, post, MONDAY + timedelta(hours=2)) == 0
    assert escalate(house.store, SETTINGS, post, TUESDAY) == 3
    assert [to for to, _ in sent] == [["it@zavod.example"], ["boss@zavod.example"]]
    [told] = [text for to, text in sent if to == ["boss@zavod.example"]]
    assert told.count("https://kanon.example/enquiries/") == 2
    assert "труба" not in told
    assert "916" not in told
    assert escalate(house.store, SETTINGS, post, TUESDAY + timedelta(hours=5)) == 0
    answer = message(4, 60 * 30, thread="1", body="Добрый день", direction="outbound")
    take(house, answer, message(5, 60 * 31, thread="1", body="А скидка?"))
    assert escalate(house.store, SETTINGS, post, TUESDAY + timedelta(days=2)) == 1
    assert escalate(house.store, SETTINGS, post, TUESDAY + timedelta(days=20)) == 0


def test_what_was_not_sent_is_sent_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    take(house, message(1, 0, thread="1", body="Чертёж?"))
    post = ways(monkeypatch, [])

    def broken(self: ByMail, _subject: str, _text: str) -> None:
        raise Retryable("нет", "no")

    with monkeypatch.context() as patch:
        patch.setattr(ByMail, "send", broken)
        assert escalate(house.store, SETTINGS, post, TUESDAY) == 0
    assert escalate(house.store, SETTINGS, post, TUESDAY) == 1


def test_enquiries_are_handed_over_with_a_reason_that_stays(house: House) -> None:
    told = take(house, *(message(n, n, thread=str(n), body="Чертёж?") for n in range(3)))
    ids = [one["id"] for one in told.values()]
    for owner, unit, why in (
        ("nobody", None, "x"),
        ("left", None, "x"),
        (None, None, "x"),
        ("anna", None, ""),
    ):
        with pytest.raises(ConfigError):
            hand_over(house, ids, owner, unit, "boss", why)
    assert hand_over(house, [*ids[:2], "nosuch"], "anna", None, "boss", "отпуск Бориса") == 2
    now = take(house)
    assert [one["owner"] for one in now.values()] == ["anna", "anna", None]
    with house.store.read() as reader:
        acts = enquiries.acts(reader, [one["thread"] for one in now.values()])
    assert set(acts["note"]) == {"отпуск Бориса"}
    assert set(acts["field"]) == {"owner", "unit"}


def test_only_the_head_of_whoever_has_them_hands_enquiries_over(house: House) -> None:
    told = take(house, *(message(n, n, thread=str(n), body="Чертёж?") for n in range(3)))
    of_anna, of_unit, of_nobody = (one["id"] for one in told.values())
    hand_over(house, [of_anna], "anna", None, "admin", "её клиент", whole=True)
    hand_over(house, [of_unit], None, "Отдел качества", "admin", "это к ним", whole=True)
    hand_over(house, [of_nobody], "other", None, "other", "возьму")
    for one in (of_anna, of_unit):
        with pytest.raises(Refused, match="administrator"):
            hand_over(house, [of_nobody, one], "boss", None, "other", "хочу")
    with pytest.raises(Refused):
        hand_over(house, [of_anna], "boss", None, "stranger", "хочу")
    # Through a head between who has left, and of the unit he heads.
    assert hand_over(house, [of_anna, of_unit], "other", None, "boss", "отпуск Анны") == 2
    assert [one["owner"] for one in take(house).values()] == ["other", "other", "other"]
