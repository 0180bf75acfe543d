"""The simulated Bot API, judged by an unmodified python-telegram-bot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx
import pytest
import telegram
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter
from telegram.request import HTTPXRequest

from simulators.telegram import Bot, application, chatter

T = TypeVar("T")


@pytest.fixture
def bot() -> Bot:
    return Bot()


def asked(bot: Bot, work: Callable[[telegram.Bot], Awaitable[T]], token: str = "") -> T:
    """What the library makes of the simulator's answer; its objects are strict about their fields."""

    async def run() -> T:
        line = httpx.ASGITransport(application(bot))
        requests = [HTTPXRequest(httpx_kwargs={"transport": line}) for _ in range(2)]
        client = telegram.Bot(
            token or bot.token, "http://telegram.test/bot", "http://telegram.test/file/bot",
            request=requests[0], get_updates_request=requests[1],
        )  # fmt: skip
        async with client:
            return await work(client)

    return asyncio.run(run())


def test_every_update_is_one_the_library_knows(bot: Bot) -> None:
    crowd = chatter(bot, 12)
    told = asked(bot, lambda client: client.get_updates(timeout=0))
    assert [one.update_id for one in told] == [one["update_id"] for one in bot.waiting]
    assert [one.to_dict()["update_id"] for one in told] == [one["update_id"] for one in bot.waiting]
    kinds = {one.message and bool(one.message.contact) for one in told}
    assert kinds == {None, True, False}
    assert any(one.edited_message for one in told)
    assert any(one.message and one.message.media_group_id for one in told)
    assert any(one.message and one.message.migrate_to_chat_id for one in told)
    [blocked] = [one.my_chat_member for one in told if one.my_chat_member]
    assert (blocked.chat.id, blocked.new_chat_member.status) == (crowd[-1].id, "kicked")


def test_an_update_waits_until_the_next_one_is_asked_for(bot: Bot) -> None:
    chatter(bot, 3)
    first = asked(bot, lambda client: client.get_updates(limit=2, timeout=0))
    again = asked(bot, lambda client: client.get_updates(limit=2, timeout=0))
    assert [one.update_id for one in again] == [one.update_id for one in first]
    then = asked(bot, lambda client: client.get_updates(offset=first[-1].update_id + 1, timeout=0))
    assert first[-1].update_id < then[0].update_id
    assert bot.waiting[0]["update_id"] == then[0].update_id


def test_files_are_given_up_to_their_limit(bot: Bot) -> None:
    bot.files = {"small": b"%PDF", "large": bytes(20 * 1024 * 1024 + 1)}

    async def fetched(client: telegram.Bot) -> bytes:
        return bytes(await (await client.get_file("small")).download_as_bytearray())

    assert asked(bot, fetched) == b"%PDF"
    with pytest.raises(BadRequest, match="too big"):
        asked(bot, lambda client: client.get_file("large"))


def test_refusals_are_those_of_telegram(bot: Bot) -> None:
    [anna, *_] = chatter(bot, 2)
    said = asked(bot, lambda client: client.send_message(anna.id, "Здравствуйте"))
    assert (said.text, said.from_user and said.from_user.is_bot) == ("Здравствуйте", True)
    with pytest.raises(BadRequest, match="too long"):
        asked(bot, lambda client: client.send_message(anna.id, "а" * 4097))
    bot.block(anna.user, anna.chat)
    with pytest.raises(Forbidden, match="blocked"):
        asked(bot, lambda client: client.send_message(anna.id, "Ещё раз"))
    with pytest.raises(InvalidToken):
        asked(bot, lambda client: client.get_me(), token="7000000001:AAanother")
    asked(bot, lambda client: client.set_webhook("https://hub.example/telegram/bot"))
    with pytest.raises(Conflict):
        asked(bot, lambda client: client.get_updates(timeout=0))
    assert asked(bot, lambda client: client.get_webhook_info()).pending_update_count
    bot.busy = 7
    with pytest.raises(RetryAfter, match="7 seconds"):
        asked(bot, lambda client: client.send_message(anna.id, "Здравствуйте"))


def test_a_bare_client_is_answered_alike_by_every_way_of_asking(bot: Bot) -> None:
    """A query, a form, JSON and multipart name the parameters as well, as with Telegram."""
    [anna, *_] = chatter(bot, 2)

    async def answers() -> list[httpx.Response]:
        line = httpx.ASGITransport(application(bot))
        home = f"http://telegram.test/bot{bot.token}"
        said = {"chat_id": str(anna.id), "text": "Здравствуйте"}
        async with httpx.AsyncClient(transport=line) as client:
            return [
                await client.get(f"{home}/sendMessage", params=said),
                await client.post(f"{home}/sendMessage", data=said),
                await client.post(f"{home}/sendMessage", json={**said, "chat_id": anna.id}),
                await client.post(
                    f"{home}/sendmessage", files={n: (None, v) for n, v in said.items()}
                ),
                await client.post(f"{home}/getUpdates", json={"offset": -1, "timeout": 0}),
                await client.post(f"{home}/nonsense"),
            ]

    *sent, updates, unknown = asyncio.run(answers())
    told = [one.json()["result"] for one in sent]
    assert {(one["text"], one["chat"]["id"]) for one in told} == {("Здравствуйте", anna.id)}
    assert all(isinstance(one["date"], int) for one in told)
    assert updates.json()["ok"]
    assert (unknown.status_code, unknown.json()["error_code"]) == (404, 404)
