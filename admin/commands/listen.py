"""`kanon listen`: what waits for others to speak: switches that send call records, bots people write to."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from admin.commands.shell import house, say
from flows.house import House
from flows.listening import asterisk, avaya, exchange, telegram
from schemas.errors import KanonError

# Each runs until the event is set, and answers how many connections it listened for.
Service = Callable[[House, asyncio.Event], Awaitable[int]]
SERVICES: Mapping[str, Service] = MappingProxyType(
    {
        "avaya": avaya.listen,
        "asterisk": asterisk.listen,
        "telegram": telegram.listen,
        "exchange": exchange.listen,
    }
)


def listen() -> int:
    """Listen for switches and bots until Ctrl-C: call records are written down as they come, and read at once.

    A connection is listened for if its settings tell `listen` (the switch connects to us) or `dial` (we
    connect to it), or `ami` (an Asterisk heard live). With `dialplan` in telephony.yaml the questions of dial
    plans are answered too: who calls, and to whom to send him. A Telegram bot is asked all the time, or told
    where to send to if it has a webhook. Letters of an Exchange connection with `listen` are read as they come.
    """
    with house() as opened:
        say(
            "Слушаю станции, ботов и почту. Ctrl-C — стоп.",
            "Listening for switches, bots and mail. Ctrl-C stops.",
        )
        found = asyncio.run(_all(opened))
    if not found:
        say(
            "Слушать некого: нет ни ботов Telegram, ни почты с listen, ни станций с listen, dial или ami (docs/connectors).",
            "Nobody to listen for: no Telegram bot, no mail with `listen`, no switch with `listen`, `dial` or `ami` (docs/connectors).",
        )
    return 0


async def _all(opened: House) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    try:
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(_run(one, opened, stop)) for one in SERVICES.values()]
    except* KanonError as group_error:
        raise _first(group_error) from None
    return sum(task.result() for task in running)


def _first(error: BaseException) -> BaseException:
    """The error that ended everything, out of the groups around it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


async def _run(service: Service, opened: House, stop: asyncio.Event) -> int:
    return await service(opened, stop)
