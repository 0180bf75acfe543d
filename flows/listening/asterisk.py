"""Asterisk heard live, and its dial plan answered, until told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace

import structlog

from config.telephony import Dialplan, load_telephony
from connectors.asterisk.dialplan import Ask, serve_agi, serve_http
from flows.calls.live import Listener, is_live
from flows.calls.routing import Directory
from flows.house import House
from flows.listening.promptness import be_prompt
from schemas.errors import Conflict

Serve = Callable[[str, int, Ask], Awaitable[asyncio.Server]]
log = structlog.get_logger()
REFRESH = 30.0


async def listen(house: House, stop: asyncio.Event) -> int:
    """Listen until `stop`; how many switches and dial plans. An error that cannot pass ends it."""
    lean = house.store.lean()
    try:
        return await _listen(replace(house, store=lean), stop)
    finally:
        if lean is not house.store:
            lean.close()


async def _listen(house: House, stop: asyncio.Event) -> int:
    rules = load_telephony(house.settings.config_dir)
    works = [Listener(house, name).run() for name in house.connections if is_live(house, name)]
    if rules.dialplan is not None:
        works.append(answering(house, Directory(rules), rules.dialplan))
    if not works:
        return 0
    stopped = asyncio.create_task(stop.wait())
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for one in (stopped, *tasks):
            one.cancel()
        await asyncio.gather(stopped, *tasks, return_exceptions=True)
    return len(works)


async def _served(serve: Serve, host: str, port: int, directory: Directory) -> asyncio.Server:
    try:
        return await serve(host, port, directory.answer)
    except OSError as error:
        raise Conflict(
            f"telephony.yaml: адрес {host}:{port} для диалплана занят или не наш. Задайте другой в dialplan.",
            f"telephony.yaml: the address {host}:{port} for dial plans is taken or not ours. Set another in `dialplan`.",
            detail=type(error).__name__,
        ) from error


async def answering(house: House, directory: Directory, where: Dialplan) -> None:
    """Answer dial plans until cancelled; what is known is read anew every half minute."""
    be_prompt()
    async with AsyncExitStack() as stack:
        for serve, port in ((serve_http, where.http), (serve_agi, where.agi)):
            await stack.enter_async_context(await _served(serve, where.host, port, directory))
        while True:
            try:
                await asyncio.to_thread(directory.refresh, house.store)
            except Exception as error:  # noqa: BLE001  what is known goes on being told while the store is away
                log.warning("directory not refreshed", why=type(error).__name__)
            await asyncio.sleep(REFRESH)
