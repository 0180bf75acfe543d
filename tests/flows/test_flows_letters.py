"""A first sync of a mailbox that is cut again and again loses nothing and doubles nothing."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from flows import map as map_stage
from flows import map_plan
from flows.house import House
from flows.listening.exchange import listen
from flows.progress import Silent
from flows.sync import settle, sync
from schemas.errors import Retryable
from simulators.exchange import PASSWORD, USER, Office, Post, serve_mail
from simulators.exchange.server import MailServer
from simulators.world import World
from store import Store, canonical, enquiries
from store.views import enquiries as views
from tests.support.house import house_over

ORDERS, ANNA = "zakaz@kanon.example", "anna@kanon.example"
POST = Post(World(3, 40))


@pytest.fixture
def office() -> Office:
    opened = Office(POST)
    for box in (ORDERS, ANNA):
        opened.open(box)
    for number in range(60):
        opened.deliver(ORDERS, number)
    for number in range(50, 70):
        opened.deliver(ANNA, number)
    return opened


@pytest.fixture
def server(office: Office) -> Iterator[MailServer]:
    with serve_mail(office) as running:
        yield running


@pytest.fixture
def house(
    store: Store, server: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    folder = tmp_path / "config" / "connections"
    folder.mkdir(parents=True)
    told = {
        "url": server.url, "mailboxes": [ORDERS, ANNA], "user": USER, "password": "env:MAIL_PASSWORD",
        "auth": "basic", "page": 10, "timeout": 10, "listen": True,
    }  # fmt: skip
    body = yaml.safe_dump({"kind": "exchange", "retries": 0, "settings": told})
    (folder / "mail.yaml").write_text(body, encoding="utf-8")
    opened = house_over(store, tmp_path)
    yield opened
    opened.close()


def messages(house: House) -> pl.DataFrame:
    with house.store.read() as reader:
        return canonical.load(reader, "message").sort("key")


def test_a_first_sync_cut_after_every_few_answers_ends_as_one_that_was_not(
    house: House, server: MailServer
) -> None:
    cuts = 0
    for answers in range(9, 40, 3):
        server.answers_left = answers
        try:
            sync(house, "mail")
            break
        except Retryable:
            cuts += 1
    server.answers_left = None
    sync(house, "mail")
    found = messages(house)
    assert cuts > 2
    assert found.height == 80
    real = [POST.real(number) for number in (*range(60), *range(50, 70))]
    assert sorted(found["sender_name"].to_list()) == sorted(
        row.name if row.nature != "bounce" else "Mail Delivery System" for row in real
    )
    # A letter that lies in two mailboxes is two records of one message.
    named = found.filter(pl.col("message_id").str.contains("@"))
    twice = named.group_by("message_id").len().filter(pl.col("len") == 2).height
    assert twice == sum(bool(POST.real(number).message_id) for number in range(50, 60))
    sync(house, "mail")
    assert messages(house).equals(found)


def test_a_first_sync_tells_how_many_letters_are_still_to_come(
    house: House, server: MailServer
) -> None:
    totals: list[int | None] = []

    class Shown(Silent):
        def begin(self, stage: str, what: str, total: int | None) -> None:
            totals.extend([total] if stage == "extract" else [])

    server.pages_left = 3
    for _ in range(2):
        with suppress(Retryable):
            sync(house, "mail", progress=Shown())
        server.pages_left = None
    sync(house, "mail", progress=Shown())
    assert totals == [80, 50, None]


def test_letters_mapped_before_a_stop_stay_mapped(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_plan, "PORTION_LETTERS", 20)
    monkeypatch.setattr(map_stage, "FIRST_LOAD_ROWS", 20)
    save, saved = canonical.save, []

    def stopped(*told: Any) -> Any:
        if len(saved) == 2:
            raise KeyboardInterrupt
        saved.append(save(*told))
        return saved[-1]

    monkeypatch.setattr(canonical, "save", stopped)
    with pytest.raises(KeyboardInterrupt):
        sync(house, "mail")
    assert messages(house).height >= 40
    monkeypatch.setattr(canonical, "save", save)
    sync(house, "mail")
    assert messages(house).height == 80


def test_a_letter_with_25_megabytes_is_read_in_seconds_and_its_file_told(
    house: House, office: Office
) -> None:
    file = random.Random(1).randbytes(25 << 20)  # noqa: S311  what no packer makes smaller
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "a@b.example", ORDERS, "Чертежи"
    letter["Message-ID"], letter["Date"] = "<big@b.example>", "Mon, 23 Nov 2026 09:00:00 +0300"
    letter.set_content("Просим посчитать по чертежам.")
    letter.add_attachment(file, maintype="application", subtype="zip", filename="Чертежи.zip")
    big = replace(POST.real(0), message_id="<big@b.example>", raw=bytes(letter))
    sync(house, "mail")
    office.receive(ORDERS, big)
    begun = time.monotonic()
    sync(house, "mail")
    # Walked byte by byte, as the library does by itself, the answer alone takes a minute and a half.
    assert time.monotonic() - begun < 30
    found = messages(house).filter(pl.col("message_id") == "big@b.example")
    assert found["body"].to_list() == ["Просим посчитать по чертежам."]
    told = [json.loads(one) for one in found["attachments"][0]]
    assert [(one["name"], one["size"]) for one in told] == [("Чертежи.zip", len(file))]


def test_letters_of_one_mailbox_with_one_id_are_all_kept(house: House, office: Office) -> None:
    sync(house, "mail")
    for number, text in enumerate(("Сколько стоит труба?", "Где моя машина?")):
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = f"a{number}@b.example", ORDERS, "Заявка"
        letter["Message-ID"], letter["Date"] = (
            "<1@robot>",
            f"Mon, 23 Nov 2026 09:0{number}:00 +0300",
        )
        letter.set_content(text)
        office.receive(
            ORDERS, replace(POST.real(number), message_id="<1@robot>", raw=bytes(letter))
        )
    sync(house, "mail")
    settle(house)
    found = messages(house).filter(pl.col("message_id") == "1@robot")
    assert sorted(found["body"].to_list()) == ["Где моя машина?", "Сколько стоит труба?"]
    with house.store.read() as reader:
        asked = enquiries.of_threads(reader, ["1@robot"])
        shown = [views.card(reader, one) for one in asked["id"]]
    assert sorted(asked["opening"].to_list()) == ["Где моя машина?", "Сколько стоит труба?"]
    assert [len(card.messages) for card in shown if card] == [1, 1]


def test_letters_are_read_as_the_server_tells_of_them(
    house: House, office: Office, tmp_path: Path
) -> None:
    async def heard() -> None:
        stop = asyncio.Event()
        task = asyncio.create_task(listen(house, stop))
        for wanted in (80, 81):
            for _ in range(400):
                await asyncio.sleep(0.05)
                if await asyncio.to_thread(lambda: messages(house).height) >= wanted:
                    break
            assert messages(house).height == wanted
            office.deliver(ANNA, 90)
        stop.set()
        office.deliver(ANNA, 91)
        assert await task == 1

    asyncio.run(heard())
