"""Alerts: told once by mail and Telegram, once more when over, not at night, never with anybody's data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
import yaml

from config.alerts import load_alerts
from config.settings import Settings
from flows import alerts
from flows.alerts import Attended, attend
from flows.house import House, open_house
from schemas.errors import ConfigError, Refused, Unbalanced
from schemas.records import REJECTS
from store import leases, quarantine, runs
from store.alerts import every
from tests.support.listeners import Heard, mail_server, web_server

NOON = datetime(2026, 11, 20, 9, tzinfo=UTC)
NIGHT = datetime(2026, 11, 20, 21, tzinfo=UTC)
TOKEN = "12345:secret"


@pytest.fixture
def mail() -> Iterator[Heard]:
    with mail_server() as heard:
        yield heard


@pytest.fixture
def web() -> Iterator[Heard]:
    with web_server() as heard:
        yield heard


@pytest.fixture
def house(
    sqlite_template: Path, tmp_path: Path, mail: Heard, web: Heard, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """A house with one source read hourly, and alerts by both ways."""
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    (tmp_path / "kanon.db").write_bytes(sqlite_template.read_bytes())
    folder = tmp_path / "config"
    (folder / "connections").mkdir(parents=True)
    source = {"name": "erp", "kind": "files", "settings": {"folder": "in"}, "schedule": "0 * * * *"}
    (folder / "connections" / "erp.yaml").write_text(yaml.safe_dump(source))
    told = {
        "mail": {"host": "127.0.0.1", "port": mail.port, "security": "none", "sender": "kanon@example.org", "to": ["ops@example.org"]},
        "telegram": {"token": "env:BOT_TOKEN", "chat": "-100", "address": f"http://127.0.0.1:{web.port}"},
        "quiet": {"since": "22:00", "until": "07:00"},
        "quarantine_rows": 3,
        "site": "https://kanon.example/",
    }  # fmt: skip
    (folder / "alerts.yaml").write_text(yaml.safe_dump(told))
    opened = open_house(Settings(home=tmp_path, database=f"sqlite:///{tmp_path / 'kanon.db'}"))
    yield opened
    opened.close()


def ran(house: House, when: datetime, error: Exception | None = None) -> None:
    state: runs.State = "succeeded" if error is None else "failed"
    with house.store.write() as writer:
        run_id = runs.start(writer, "sync", "erp", now=when)
        state = "unbalanced" if isinstance(error, Unbalanced) else state
        runs.finish(writer, run_id, state, error, now=when)


def refuse(house: House, many: int, now: datetime) -> None:
    row = {"reason": "inn_checksum", "field": "inn", "value": "7707083894", "message_ru": "нет"}
    told = {"message_en": "no", "payload": '{"name": "Тайная компания"}'}
    rows = [{**row, **told, "key": f"Иванов-{n}"} for n in range(many)]
    with house.store.write() as writer:
        place = quarantine.Place("map", "erp", "parties")
        quarantine.put(writer, place, pl.DataFrame(rows, schema=dict(REJECTS)), None, now)


def test_a_trouble_is_told_once_by_every_way_and_once_more_when_over(
    house: House, mail: Heard, web: Heard
) -> None:
    ran(house, NOON, Refused("Пароль Тайной компании неверен", "wrong"))
    refuse(house, 3, NOON)
    assert attend(house, NOON) == Attended(present=2, told=2)
    assert attend(house, NOON + timedelta(minutes=5)) == Attended(present=2)
    assert len(mail.letters) == len(web.posts) == 1
    path, body = web.posts[0]
    assert path == f"/bot{TOKEN}/sendMessage"
    assert body["chat_id"] == "-100"
    text = bytes(mail.letters[0].get_payload(decode=True)).decode()
    for told in (text, body["text"]):
        assert "Запуск 1 (erp) закончился ошибкой Refused. https://kanon.example/runs/1" in told
        assert "Карантин источника erp вырос" in told
        assert not any(word in told for word in ("Тайн", "Иванов", "7707083894"))
    ran(house, NOON + timedelta(hours=1))
    assert attend(house, NOON + timedelta(hours=1, minutes=5)) == Attended(1, told=0, recovered=1)
    assert "Прошло: Запуск 1 (erp)" in web.posts[1][1]["text"]
    assert attend(house, NOON + timedelta(hours=1, minutes=10)) == Attended(present=1)


def test_at_night_nothing_is_told_and_in_the_morning_what_is_still_there(
    house: House, mail: Heard
) -> None:
    ran(house, NIGHT, Unbalanced("нет", "no"))
    assert attend(house, NIGHT) == Attended(present=1, quiet=True)
    assert mail.letters == []
    morning = NIGHT + timedelta(hours=10)
    assert attend(house, morning) == Attended(present=1, told=1)


def test_a_late_source_is_told_of_and_a_paused_one_is_not(house: House) -> None:
    ran(house, NOON)
    assert attend(house, NOON + timedelta(hours=1)) == Attended(0)
    assert attend(house, NOON + timedelta(hours=3)) == Attended(1, told=1)
    with house.store.read() as reader:
        assert [(n.rule, n.subject) for n in every(reader)] == [("late", "erp")]


def test_what_could_not_be_sent_is_sent_the_next_time(
    house: House, mail: Heard, web: Heard
) -> None:
    ran(house, NOON, Refused("нет", "no"))
    mail.status, web.status = 550, 403
    assert attend(house, NOON) == Attended(present=1)
    web.status = 200
    assert attend(house, NOON) == Attended(present=1, told=1)
    mail.status = 200
    assert attend(house, NOON) == Attended(present=1)


def test_two_at_once_do_not_tell_the_same(house: House, mail: Heard) -> None:
    ran(house, NOON, Refused("нет", "no"))
    with leases.held(house.store, alerts.LEASE, "another"):
        assert attend(house, NOON) == Attended(0)
    assert mail.letters == []


def test_the_test_says_of_every_way_whether_it_works(house: House, web: Heard) -> None:
    web.status = 401
    sent = dict(alerts.test(house))
    assert sent["mail"] is None
    error = sent["telegram"]
    assert isinstance(error, Refused)
    assert TOKEN not in f"{error.ru}{error.en}{error.detail}"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("telegram: {token: '1:x', chat: a}", "env:"),
        ("mail: {host: h, sender: a, to: []}", "to"),
        ("quiet: {since: '25:00', until: '7:00'}", "since"),
        ("colour: red", "colour"),
    ],
)
def test_a_wrong_file_is_refused_with_its_cure(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "alerts.yaml").write_text(text)
    with pytest.raises(ConfigError, match=says):
        load_alerts(tmp_path)


def test_without_a_file_nobody_is_told_anything(house: House) -> None:
    (house.settings.config_dir / "alerts.yaml").unlink()
    assert attend(house, NOON) is None
    with pytest.raises(ConfigError, match=r"alerts\.yaml"):
        alerts.test(house)
