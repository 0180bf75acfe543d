"""What people write to a bot becomes enquiries, asked for or sent, once, whatever goes wrong on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from flows.house import House
from flows.listen import drain, listen, receive
from flows.listening import telegram
from schemas.errors import Conflict as Busy
from schemas.errors import Refused, Retryable
from simulators.telegram import Bot, chatter, serve
from store import Store, canonical, enquiries
from tests.support.house import house_over

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
