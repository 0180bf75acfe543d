"""One click, one call: ring an employee's phone, then the number. Written down first, sent once, then watched.

A request whose answer was lost is looked for on the switch; it is never sent again.
"""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from config.telephony import load_telephony
from connectors.asterisk.ami import Ami, AmiSettings, Dialled, Dialling
from flows.calls.live import ami_of, is_live
from flows.house import House
from mappings.functions import FUNCTIONS
from schemas.calls import REQUESTED, DialState
from schemas.errors import ConfigError, Conflict, Refused, Retryable
from store import call_requests
from store.clock import utc_now
from store.views import staff

# Whoever rang that long without a trace in the register was not rung.
HEARD_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Wish:
    """The number somebody (`whose` login) is to speak with; `key` names the wish of its author."""

    number: str
    whose: str
    author: str
    key: str


def dial(house: House, wish: Wish) -> str:
    """Ask the switch to connect them; the id of the request. ConfigError says why it cannot be asked."""
    connection, settings = _switch(house)
    phone = _phone(wish.number)
    extension = _extension(house, wish.whose)
    told = {
        "id": f"{REQUESTED}{uuid.uuid4().hex}", "author": wish.author, "key": wish.key,
        "connection": connection, "extension": extension, "phone": phone,
    }  # fmt: skip
    with house.store.write() as writer:
        request, fresh = call_requests.ask(writer, told)
        known = call_requests.find(writer, request)
    if known is not None and known["phone"] != phone:
        raise Conflict(
            "С этим ключом уже просили набрать другой номер. Возьмите новый ключ.",
            "Another number was asked for under this key. Take a new key.",
        )
    if fresh:
        state, reason = asyncio.run(
            _sent(settings, Dialling(request, extension, settings.dialled(phone)))
        )
        _moved(house, request, state, reason)
    return request


def watched(house: House, request: str, now: datetime | None = None) -> dict[str, Any] | None:
    """What has become of a request by now; one that nobody heard of for long has failed."""
    with house.store.read() as reader:
        row = call_requests.find(reader, request)
    late = row is not None and (now or utc_now()) - row["asked_at"] > HEARD_WITHIN
    if row is not None and row["state"] in {"asked", "ringing", "unknown"} and late:
        _moved(house, request, "failed", "not_heard")
        return row | {"state": "failed", "reason": "not_heard"}
    return row


def _moved(house: House, request: str, state: DialState, reason: str | None) -> None:
    with house.store.write() as writer:
        call_requests.move(writer, request, state, reason)


async def _sent(settings: AmiSettings, wish: Dialling) -> tuple[DialState, str | None]:
    """What the switch says of a wish that is sent now; nothing is sent where it does not answer."""
    quiet = settings.model_copy(update={"events": "off"})
    try:
        client = await Ami.open(quiet)
    except (Retryable, Refused):
        return "failed", "switch_away"
    try:
        said = await client.dial(wish)
    finally:
        await client.close()
    if said.state == "unknown":
        return await _looked_for(quiet, said)
    return ("ringing", None) if said.state == "accepted" else ("failed", "refused")


async def _looked_for(settings: AmiSettings, said: Dialled) -> tuple[DialState, str | None]:
    try:
        client = await Ami.open(settings)
    except (Retryable, Refused):
        return "unknown", "answer_lost"
    try:
        found = await client.has(said.id)
    except Retryable:
        found = False
    finally:
        await client.close()
    return ("ringing", None) if found else ("unknown", "answer_lost")


def _switch(house: House) -> tuple[str, AmiSettings]:
    """The switch that dials for people: the one that is told, else the only one there is."""
    told = load_telephony(house.settings.config_dir).dial
    live = [told] if told else [name for name in sorted(house.connections) if is_live(house, name)]
    if len(live) != 1:
        raise ConfigError(
            "Не выбрана станция, которая набирает номера: назовите её в telephony.yaml (dial).",
            "No switch is chosen to dial: name it in telephony.yaml (dial).",
        )
    return live[0], ami_of(house, live[0])[1]


def _phone(number: str) -> str:
    phone = pl.select(FUNCTIONS["call_number"](pl.lit(number, pl.String))).item()
    if phone is None:
        raise ConfigError(
            "Такого номера не бывает. Проверьте цифры и код города.",
            "There is no such number. Check its digits and the code of the city.",
        )
    return str(phone).partition(";")[0]


def _extension(house: House, login: str) -> str:
    with house.store.read() as reader:
        found = staff.extension_of(reader, login)
    if found is None:
        raise ConfigError(
            f"У сотрудника «{login}» нет добавочного номера. Попросите администратора внести его в каталог сотрудников.",
            f"The employee {login!r} has no extension. Ask an administrator to enter it in the directory of employees.",
        )
    return found
