"""What people write to a bot becomes enquiries, asked for or sent, once, whatever goes wrong on the way."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from admin.wiring import site_of
from connectors.telegram import Telegram
from flows.enquiries.reply import can_reply, invite, reply
from flows.house import House
from flows.listen import drain, listen, receive
from flows.listening import telegram
from flows.sync import settle
from schemas.errors import ConfigError, Refused, Retryable
from schemas.errors import Conflict as Busy
from schemas.golden import golden_columns
from simulators.telegram import Bot, chatter, serve
from store import Store, canonical, enquiries, golden, quarantine
from store.tables import chat_token
from tests.support.house import house_over
from tests.support.messages import MONDAY, canonical_messages, message

SECRET = "a-secret-of-the-tests-0001"
CONNECTION = """
kind: telegram
retries: 0
settings:
  token: env:BOT_TOKEN
  address: {address}
  page: 7
  wait: 0
"""


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
def house(
    store: Store, tmp_path: Path, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """Two connections to one bot: `bot` asks, `hook` is sent to."""
    folder = tmp_path / "config" / "connections"
    folder.mkdir(parents=True)
    monkeypatch.setenv("BOT_TOKEN", bot.token)
    monkeypatch.setenv("BOT_SECRET", SECRET)
    with serve(bot) as address:
        asked = CONNECTION.format(address=address)
        hooked = "  webhook: https://hub.example/telegram/hook\n  webhook_secret: env:BOT_SECRET\n"
        (folder / "bot.yaml").write_text(asked, encoding="utf-8")
        (folder / "hook.yaml").write_text(asked + hooked, encoding="utf-8")
        opened = house_over(store, tmp_path)
        yield opened
        opened.close()


def stored(house: House) -> pl.DataFrame:
    with house.store.read() as reader:
        return enquiries.load(reader)


def by_asking(house: House, _bot: Bot) -> None:
    drain(house, "bot")


def by_being_sent_to(house: House, bot: Bot) -> None:
    for update in list(bot.waiting):
        receive(house, "hook", update, SECRET)
        receive(house, "hook", update, SECRET)  # no answer came in time, so it is sent again
    drain(house, "hook")


WAYS = [by_asking, by_being_sent_to]


@pytest.mark.parametrize("ways", [WAYS, WAYS[::-1]], ids=["asked first", "sent first"])
def test_asking_and_being_sent_to_tell_the_same_enquiries(
    house: House, bot: Bot, ways: list[Callable[[House, Bot], None]]
) -> None:
    crowd = chatter(bot, 9)
    waiting = list(bot.waiting)
    ways[0](house, bot)
    first = stored(house)
    assert {one.rpartition("/")[2] for one in first["thread"]} == {
        *(str(person.id) for person in crowd), "-1001400500",
    }  # fmt: skip
    group = first.filter(pl.col("thread").str.ends_with("-1001400500"))
    assert group["messages"].to_list() == [2]
    bot.waiting = waiting
    ways[1](house, bot)
    assert stored(house).equals(first)


def test_an_edit_replaces_what_was_written_and_both_are_kept(house: House, bot: Bot) -> None:
    [anna] = chatter(bot, 1)
    bot.waiting = []
    message = bot.write(anna.user, anna.chat, text="Сколько стоит труба?")
    bot.edit(message, "Сколько стоит балка?")
    drain(house, "bot")
    assert stored(house)["opening"].to_list() == ["Сколько стоит балка?"]
    with house.store.read() as reader:
        assert canonical.load(reader, "message").height == 1
    assert len(list(Path(house.settings.landing_dir).rglob("*.parquet"))) == 2


def test_only_ones_own_number_is_believed(house: House, bot: Bot) -> None:
    anna, boris = chatter(bot, 2)
    bot.waiting = []
    for person, whose in ((anna, anna), (boris, anna)):
        contact = {"phone_number": whose.phone, "first_name": whose.name, "user_id": whose.id}
        bot.write(person.user, person.chat, contact=contact)
    drain(house, "bot")
    found = dict(stored(house).select("sender_chat", "sender_phone").iter_rows())
    assert found == {str(anna.id): f"+{anna.phone}", str(boris.id): None}


def test_updates_repeated_by_telegram_and_a_stop_in_the_middle_double_nothing(
    house: House, bot: Bot
) -> None:
    chatter(bot, 6)
    bot.repeats = 3
    rounds = 0

    def twice() -> bool:
        nonlocal rounds
        rounds += 1
        return rounds < 3

    assert listen(house, "bot", twice) == ""
    with house.store.read() as reader:
        messages = canonical.load(reader, "message")
    keys = {
        (one.get("message") or one.get("edited_message") or {"message_id": 0})["message_id"]
        for one in bot.waiting
    }
    assert messages.height >= len(keys)
    first = stored(house)
    bot.repeats = 0
    drain(house, "bot")
    assert stored(house).equals(first)


def test_who_is_not_telegram_is_refused_and_trouble_is_told_without_the_token(
    house: House, bot: Bot
) -> None:
    chatter(bot, 1)
    with pytest.raises(Refused, match="secret"):
        receive(house, "hook", bot.waiting[0], "guessed")
    assert listen(house, "hook", lambda: True) == "https://hub.example/telegram/hook"
    assert bot.webhook["secret"] == SECRET
    with pytest.raises(Busy, match="webhook"):
        drain(house, "bot")
    bot.webhook, bot.busy = {}, 400
    with pytest.raises(Retryable, match="400") as waits:
        drain(house, "bot")
    assert waits.value.retry_after == 400
    bot.busy, bot.revoked = 0, True
    with pytest.raises(Refused, match="BotFather") as revoked:
        drain(house, "bot")
    assert bot.token not in f"{revoked.value!r}{revoked.value.ru}{revoked.value.detail}"
    bot.revoked = False
    drain(house, "bot")
    assert stored(house).height


def test_the_service_asks_until_it_is_stopped(house: House, bot: Bot) -> None:
    only = replace(house, connections={"bot": house.connections["bot"]})

    async def served() -> int:
        stop = asyncio.Event()
        service = asyncio.create_task(telegram.listen(only, stop))
        chatter(bot, 2)
        for _ in range(600):
            await asyncio.sleep(0.1)
            if (await asyncio.to_thread(stored, house)).height:
                break
        stop.set()
        return await service

    assert asyncio.run(served()) == 1
    assert stored(house).height


def anna_asks(house: House, bot: Bot) -> tuple[str, int]:
    """The enquiry of somebody who wrote, and his chat."""
    [anna] = chatter(bot, 1)
    bot.waiting, bot.blocked = [], set()
    bot.write(anna.user, anna.chat, text="Сколько стоит труба?")
    drain(house, "bot")
    return str(stored(house)["id"].item()), int(anna.chat["id"])


def test_an_answer_goes_to_the_chat_once_and_stands_in_it_at_once(house: House, bot: Bot) -> None:
    one, chat = anna_asks(house, bot)
    assert reply(house, one, " 1 200 рублей ", "anna")
    assert [(sent["chat"]["id"], sent["text"]) for sent in bot.sent] == [(chat, "1 200 рублей")]
    [now] = stored(house).to_dicts()
    assert (now["state"], now["messages"], now["waits_since"]) == ("in_work", 2, None)
    drain(house, "bot")
    assert stored(house).to_dicts() == [now]
    assert not reply(house, "nosuch", "Да", "anna")


def test_an_answer_that_cannot_go_out_says_why_and_is_not_told_as_sent(
    house: House, bot: Bot
) -> None:
    one, chat = anna_asks(house, bot)
    before = stored(house)
    for text in ("", " ", "x" * 4097):
        with pytest.raises(ConfigError):
            reply(house, one, text, "anna")
    bot.blocked.add(chat)
    with pytest.raises(Refused):
        reply(house, one, "Да", "anna")
    bot.blocked.clear()
    bot.busy = 1
    with pytest.raises(Retryable) as unsure:
        reply(house, one, "Да", "anna")
    assert unsure.value.ru.startswith("Неизвестно, ушёл ли ответ")
    bot.busy = 0
    assert stored(house).equals(before)
    letter = message(1, channel="email", thread="a@x.example", body="Цена?")
    with house.store.write() as writer:
        canonical.save(writer, "message", canonical_messages([letter]))
    settle(house)
    by_mail = stored(house).filter(channel="email")["id"].item()
    with pytest.raises(ConfigError, match="mailbox"):
        reply(house, by_mail, "Да", "anna")


def test_a_file_of_a_chat_is_fetched_when_somebody_takes_it(house: House, bot: Bot) -> None:
    [anna] = chatter(bot, 1)
    bot.waiting, bot.files = [], {"f1": b"%PDF 57x3.5", "gone": b""}
    for name, file_id, size in (
        ("Заявка.pdf", "f1", 11),
        ("old.pdf", "gone", 1),
        ("film.mp4", "f2", 2**30),
    ):
        told = {"file_id": file_id, "file_unique_id": file_id, "file_name": name, "file_size": size}
        bot.write(anna.user, anna.chat, document=told)
    bot.write(anna.user, anna.chat, text="Сколько стоит труба?")
    drain(house, "bot")
    del bot.files["gone"]
    one = stored(house)["id"].item()
    site = TestClient(site_of(house), base_url="http://127.0.0.1", client=("127.0.0.1", 5000))
    page = site.get(f"/enquiries/{one}").text
    links = dict(
        reversed(found) for found in re.findall(rf'href="(/enquiries/{one}/files/\w{{64}})">.*?</svg> ([^<]+)</a>', page)
    )  # fmt: skip
    assert sorted(links) == ["old.pdf", "Заявка.pdf"]
    assert "film.mp4" in page
    got = site.get(links["Заявка.pdf"])
    assert (got.status_code, got.content) == (200, b"%PDF 57x3.5")
    assert got.headers["content-disposition"].startswith("attachment")
    assert "взял файл обращения" in site.get("/journal", params={"lang": "ru"}).text
    lost = site.get(links["old.pdf"], params={"lang": "ru"})
    assert lost.status_code == 422
    assert "Telegram не отдаёт этот файл программам" in lost.text
    bot.busy = 1
    later = site.get(links["Заявка.pdf"], params={"lang": "ru"})
    assert (later.status_code, "Telegram просит подождать" in later.text) == (422, True)
    assert site.get(f"/enquiries/{one}/files/{'0' * 64}").status_code == 404


def test_a_link_made_on_the_card_binds_the_chat_that_comes_by_it(house: House, bot: Bot) -> None:
    one, _ = anna_asks(house, bot)
    with house.store.write() as writer:
        people = [{"id": "p1", "legal_entity_id": None, "name": "Орлова Анна"}]
        golden.save(writer, "contact", pl.DataFrame(people, schema=golden_columns("contact")))
    site = TestClient(site_of(house), base_url="http://127.0.0.1", client=("127.0.0.1", 5000))
    card = site.get("/contacts/p1").text
    token = re.search(r'name="csrf" value="([^"]+)"', card)
    assert token is not None
    assert "/contacts/p1/chat-link" in card
    same = {"sec-fetch-site": "same-origin"}
    told = {"csrf": token[1]}
    shown = site.post("/contacts/p1/chat-link", data=told, headers=same).text
    link = re.search(r"https://t\.me/(\w+)\?start=([\w-]{32})", shown)
    assert link is not None
    assert link[1] == bot.me["username"]
    assert link[2] not in site.get("/contacts/p1").text
    assert site.post("/contacts/none/chat-link", data=told, headers=same).status_code == 404
    assert can_reply(house, str(stored(house)["thread"].item()))
    page = site.get(f"/enquiries/{one}").text
    assert 'name="answer"' in page
    answered = {**told, "do": "reply", "answer": "Есть"}
    assert "Ответ отправлен" in site.post(f"/enquiries/{one}", data=answered, headers=same).text
    assert [sent["text"] for sent in bot.sent] == ["Есть"]
    wrong = {**told, "do": "reply", "answer": " "}
    assert "Напишите ответ" in site.post(f"/enquiries/{one}", data=wrong, headers=same).text
    [boris] = chatter(bot, 1)
    bot.waiting = []
    bot.write(boris.user, boris.chat, text=f"/start {link[2]}")
    bot.write(boris.user, boris.chat, text="Где машина?")
    # The hub's clock is not the simulator's; the link is old enough for the chat and lasts.
    with house.store.write() as writer:
        writer.execute(sa.update(chat_token).values(made_at=MONDAY - timedelta(days=2000)))
    drain(house, "bot")
    bound = stored(house).filter(pl.col("contact_id") == "p1")
    assert bound.height == 1


def test_without_a_bot_no_link_is_promised(store: Store, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    opened = house_over(store, tmp_path)
    with opened.store.write() as writer:
        people = [{"id": "p1", "legal_entity_id": None, "name": "Орлова Анна"}]
        golden.save(writer, "contact", pl.DataFrame(people, schema=golden_columns("contact")))
    with pytest.raises(ConfigError, match="messenger"):
        invite(opened, "p1", "anna")
    assert not can_reply(opened, "1/2")
    opened.close()


def test_an_update_of_a_shape_nobody_knows_waits_and_those_after_it_are_read(
    house: House, bot: Bot
) -> None:
    [anna] = chatter(bot, 1)
    bot.waiting = []
    for told in ({"contact": "+7 999"}, {"photo": [1]}, {"reply_to_message": "x"}):
        bot.write(anna.user, anna.chat, **told)
    bot.arrive("message", {"message_id": 1, "chat": anna.chat, "from": "x", "date": "yesterday"})
    bot.write(anna.user, anna.chat, text="Сколько стоит труба?")
    drain(house, "bot")
    assert stored(house)["opening"].to_list() == ["Сколько стоит труба?"]
    with house.store.read() as reader:
        assert set(quarantine.page(reader)["reason"]) == {"sent_missing"}


def test_who_sends_no_update_to_the_webhook_is_told_so_and_nothing_breaks(house: House) -> None:
    site = TestClient(
        site_of(house), base_url="http://127.0.0.1", client=("127.0.0.1", 5000),
        raise_server_exceptions=False,
    )  # fmt: skip
    shown = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    for body in ("[]", "x", "[" * 100_000, "{}"):
        assert site.post("/telegram/hook", content=body, headers=shown).status_code == 400
        assert site.post("/telegram/hook", content=body).status_code == 403


def test_what_the_library_logs_is_not_printed_among_what_the_hub_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Telegram
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    logging.getLogger("telegram.request").critical("Can not load invalid JSON data")
    assert capsys.readouterr().err == ""
