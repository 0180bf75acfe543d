"""Documents «Телефонный звонок» of the simulated 1C: what managers wrote down of the switch's calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from simulators.onec.base import Base, Object
from simulators.onec.schema import CALLS, USERS
from simulators.staff import colleagues
from simulators.telephony.day import Day, RealCall
from simulators.telephony.leg import SECOND, Leg
from simulators.world.chance import uuids

_SUBJECTS = (
    "Запрос цены", "Срок отгрузки", "Счёт на оплату", "Рекламация по качеству", "Сертификат на партию",
    "Перенос доставки", "Остатки на складе",
)  # fmt: skip
_COMMENTS = (
    "Перезвонить после обеда",
    "Просит выслать на почту",
    "",
    "Ждёт ответа до конца дня",
    "",
)
# Now and then a talk is written down twice: by who took it and by whom it was passed on to.
_AGAIN = 7


def fill_calls(base: Base, cards: pl.DataFrame, days: Sequence[Day], seed: int) -> None:
    """A document of every talk with somebody outside, of some two; `cards` have `phone` and `partner`."""
    users = _users(base, seed)
    known = {
        f"8{phone}": partner
        for phone, partner in cards.filter(pl.col("phone").is_not_null())
        .select("phone", "partner")
        .iter_rows()
    }
    talks = [
        (call, [leg for leg in day.rows if leg.linkedid == call.linkedid])
        for day in days
        for call in day.calls
        if call.direction != "internal" and call.operator
    ]
    keys = uuids(seed, "onec/calls", 2 * len(talks)).to_list()
    for nth, (call, legs) in enumerate(talks):
        base.put(CALLS, _document(keys[2 * nth], nth, call, legs, users, known), register=False)
        if nth % _AGAIN == 0:
            again = _document(keys[2 * nth + 1], nth, call, legs, users, known)
            base.put(CALLS, again | {"Комментарий": "Передан"}, register=False)


def _users(base: Base, seed: int) -> dict[str, str]:
    """Extension → Ref_Key of the user whose it is."""
    people = colleagues()
    keys = uuids(seed, "onec/users", len(people)).to_list()
    for key, name in zip(keys, people.values(), strict=True):
        base.put(USERS, {"Ref_Key": key, "Description": name}, register=False)
    return dict(zip(people, keys, strict=True))


def _document(
    key: str, nth: int, call: RealCall, legs: Sequence[Leg], users: Mapping[str, str],
    known: Mapping[str, str],
) -> Object:  # fmt: skip
    """Written some seconds after the talk began, by the clock of the 1C server."""
    talked = min(leg.answer for leg in legs if leg.answer is not None)
    at = talked + (nth % 9) * SECOND
    partner = known.get(call.number)
    other = {"АбонентКонтакт": partner, "АбонентКонтакт_Type": "StandardODATA.Catalog_Партнеры"}
    return {
        "Ref_Key": key,
        "Number": f"ТЗ-{nth + 1:07d}",
        "Date": f"{at:%Y-%m-%dT%H:%M:%S}",
        "Posted": True,
        "Входящий": call.direction == "inbound",
        "Тема": _SUBJECTS[nth % len(_SUBJECTS)],
        "Описание": _COMMENTS[nth % len(_COMMENTS)],
        "АбонентКакСвязаться": call.number,
        "Ответственный_Key": users[call.employee],
        **(other if partner else {}),
    }
