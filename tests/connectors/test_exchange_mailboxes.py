"""Mailboxes as Exchange really behaves: moves, forgotten states, throttling, letters it cannot give."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from connectors.exchange import Exchange, ExchangeSettings
from connectors.exchange.rows import row_of
from connectors.registry import validated
from schemas.errors import ConfigError, Refused, Retryable
from schemas.records import KEY, Batch, Cursor
from simulators.exchange import PASSWORD, USER, Office, Post, serve_mail
from simulators.exchange.server import CLIENT, SECRET, TOKENS, MailServer
from simulators.world import World

ORDERS, ANNA = "zakaz@kanon.example", "anna@kanon.example"
NOW = datetime(2100, 1, 1, tzinfo=UTC)
POST = Post(World(3, 40))


@pytest.fixture
def office() -> Office:
    opened = Office(POST)
    for box in (ORDERS, ANNA):
        opened.open(box)
    return opened


@pytest.fixture
def server(office: Office) -> Iterator[MailServer]:
    with serve_mail(office) as running:
        yield running


def asking(server: MailServer, **more: Any) -> Exchange:
    told = {
        "url": server.url, "mailboxes": [ORDERS, ANNA], "user": USER, "password": PASSWORD,
        "page": 5, "timeout": 10, **more,
    }  # fmt: skip
    return Exchange("mail", validated(ExchangeSettings, "mail", told))


def taken(source: Exchange, cursor: Cursor | None = None) -> tuple[list[Batch], Cursor | None]:
    found = list(source.read("letters", cursor, NOW))
    last = found[-1].cursor if found else cursor
    return found, last and Cursor.loads(last.dumps())


def keys(found: list[Batch]) -> list[str]:
    return [key for batch in found for key in batch.rows[KEY]]


@pytest.mark.parametrize("auth", ["ntlm", "basic"])
def test_every_folder_of_every_mailbox_is_read_but_junk_and_drafts(
    office: Office, server: MailServer, auth: str
) -> None:
    project = office.folder(ORDERS, "Проект «Труба»")
    inner = office.folder(ORDERS, "Внутри", project)
    for number, folder in enumerate(
        ("inbox", "sentitems", project, inner, "junkemail", "drafts", "calendar")
    ):
        office.deliver(ORDERS, number, folder)
    office.deliver(ANNA, 0)
    found, cursor = taken(asking(server, auth=auth))
    told = {(row["mailbox"], row["folder"].rpartition("/")[2], row["direction"]) for batch in found for row in batch.rows.iter_rows(named=True)}  # fmt: skip
    assert told == {
        (ORDERS, "Входящие", "inbound"), (ORDERS, "Отправленные", "outbound"),
        (ORDERS, "Проект «Труба»", "inbound"), (ORDERS, "Внутри", "inbound"),
        (ANNA, "Входящие", "inbound"),
    }  # fmt: skip
    assert taken(asking(server, auth=auth), cursor)[0] == []


def test_a_letter_that_moves_keeps_its_key_and_one_that_is_deleted_stays(
    office: Office, server: MailServer
) -> None:
    project = office.folder(ORDERS, "Проект")
    item = office.deliver(ORDERS, 1)
    other = office.deliver(ORDERS, 2)
    first, cursor = taken(asking(server))
    office.move(ORDERS, item, project)
    office.delete(ORDERS, other)
    moved, cursor = taken(asking(server), cursor)
    assert keys(moved) == keys(first)[:1]
    assert taken(asking(server), cursor)[0] == []


def test_a_forgotten_state_means_reading_anew_and_the_same_keys(
    office: Office, server: MailServer
) -> None:
    for number in range(12):
        office.deliver(ORDERS, number)
    first, cursor = taken(asking(server))
    office.expire()
    again, cursor = taken(asking(server), cursor)
    assert sorted(keys(again)) == sorted(keys(first))
    assert taken(asking(server), cursor)[0] == []


def test_a_letter_the_server_cannot_give_waits_and_the_others_are_read(
    office: Office, server: MailServer
) -> None:
    items = [office.deliver(ORDERS, number) for number in range(7)]
    office.unreadable.add(items[3])
    found, _ = taken(asking(server))
    refused = [row for batch in found for row in batch.rejects.iter_rows(named=True)]
    assert [row["reason"] for row in refused] == ["letter_unreadable"]
    assert len(keys(found)) == 6


def test_busy_forbidden_unknown_and_wrong_say_what_to_do(
    office: Office, server: MailServer
) -> None:
    office.deliver(ORDERS, 1)
    office.busy = 90
    with pytest.raises(Retryable) as told:
        taken(asking(server))
    assert told.value.retry_after == 90
    office.busy = None
    office.forbidden = {ANNA}
    with pytest.raises(Refused, match="ApplicationImpersonation"):
        taken(asking(server))
    assert [probe.ok for probe in asking(server).check()] == [True, False]
    with pytest.raises(ConfigError, match="no such mailbox"):
        taken(asking(server, mailboxes=["nobody@kanon.example"]))
    for auth in ("ntlm", "basic"):
        with pytest.raises(Refused, match="password"):
            taken(asking(server, auth=auth, password="wrong"))


def test_impersonation_names_whose_mailbox_is_meant(office: Office, server: MailServer) -> None:
    office.deliver(ORDERS, 1)
    taken(asking(server, access="impersonation", mailboxes=[ORDERS]))
    assert server.acting == {ORDERS}


def test_settings_that_cannot_work_are_refused() -> None:
    told = {"url": "https://m.example/EWS/Exchange.asmx", "mailboxes": [ORDERS]}
    for wrong in (
        {},
        {"auth": "oauth"},
        {"user": "k", "page": 600},
        {"user": "k", "mailboxes": ["nobody"]},
    ):
        with pytest.raises(ConfigError):
            validated(ExchangeSettings, "mail", {**told, **wrong})


def test_an_application_gets_a_token_where_it_is_told_to_and_a_wrong_one_is_refused(
    office: Office, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    office.deliver(ORDERS, 1)
    told = {
        "client": CLIENT,
        "secret": SECRET,
        "token_url": server.url.partition("/EWS")[0] + TOKENS,
    }
    source = asking(server, user="", auth="oauth", oauth=told, mailboxes=[ORDERS])
    found, _ = taken(source)
    assert len(keys(found)) == 1
    assert server.tokens
    wrong = {**told, "secret": "не тот"}
    [probe] = asking(server, user="", auth="oauth", oauth=wrong, mailboxes=[ORDERS]).check()
    assert (probe.ok, "user, password and auth" in probe.en) == (False, True)
    with pytest.raises(ConfigError, match="tenant or token_url"):
        asking(server, auth="oauth", oauth={"client": "x", "secret": "y"})


def test_a_stream_tells_that_something_came_and_a_lost_one_is_begun_anew(
    office: Office, server: MailServer
) -> None:
    source = asking(server, auth="basic")
    # A stream that has just begun is news for each mailbox: what came before is nowhere told.
    assert source.wait(None)
    while server.requests.count("GetStreamingEvents") < 2:
        time.sleep(0.01)
    while source._heard[0].wait(0):
        pass
    assert not source._heard[0].wait(0)
    office.deliver(ANNA, 3)
    assert source.wait(None)
    server.streams = False
    with pytest.raises(Retryable):
        source.wait(None)
    server.streams = True
    assert source.wait(None)


@pytest.mark.parametrize("year", [1970, 2099])
def test_a_sender_s_wrong_clock_is_not_believed(year: int) -> None:
    came = datetime(2026, 11, 23, 9, tzinfo=UTC)
    item = SimpleNamespace(
        message_id="<1@x>", author=None, conversation_id=None, item_class="IPM.Note", subject="x", size=1,
        datetime_sent=came.replace(year=year), datetime_received=came,
    )  # fmt: skip
    place = SimpleNamespace(sent=False, path="Входящие")
    assert row_of(item, b"", ORDERS, place)["sent_at"] == "2026-11-23T09:00:00Z"
    item.datetime_sent = came.replace(day=22)
    assert row_of(item, b"", ORDERS, place)["sent_at"] == "2026-11-22T09:00:00Z"
