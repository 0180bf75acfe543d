"""Decide: what a person says of an enquiry, written down and seen at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from config.enquiries import Topic, load_enquiries
from flows.enquiries.people import at_work, refuse_stranger, spelled, unit_of
from flows.enquiries.route import route_now
from flows.enquiries.stage import again
from flows.house import House
from schemas.enquiries import DECIDED, STATE_WORDS
from schemas.errors import ConfigError, Conflict
from schemas.years import refuse_odd_year
from store import enquiries, journal, routes
from store.clock import utc_now
from store.engine import Reader, Writer
from store.views import parts

_NOTHING: Mapping[str, str | None] = MappingProxyType({})
NAMED = {
    "state": ("состояние", "state"),
    "topic": ("тема", "topic"),
    "topic_text": ("тема словами", "topic in words"),
    "owner": ("ответственный", "responsible"),
    "unit": ("подразделение", "unit"),
    "transferred_to": ("передано", "transferred to"),
    "company_id": ("контрагент", "counterparty"),
    "contact_id": ("контакт", "contact"),
    "deadline_at": ("срок", "due"),
}
_PEOPLE = ("owner", "transferred_to")
_RECORDS = {"company_id": "legal_entity", "contact_id": "contact"}
# What an enquiry is about and whose it is decide to whom it goes.
_SENDS = {"topic", "company_id", "contact_id"}


def decide(
    house: House, enquiry_id: str, told: Mapping[str, str | None], by: str,
    seen: Mapping[str, str | None] = _NOTHING, version: int | None = None,
) -> bool:  # fmt: skip
    """Store what changes of `told` (fields of `DECIDED`), assemble anew; False if there is no such enquiry.

    ConfigError for a field, a state or a topic that nobody knows, for people not at work, and for a unit or a
    counterparty that there is not. Whom it is transferred to tells the unit, unless that is told, too; the
    enquiry stays with whoever has it, and is the operator's own if nobody had it (handbook 1.3). Of what he
    had `seen` only that counts which he changed; Conflict if another has changed the same meanwhile, or
    anything since the `version` he saw.
    """
    rules = load_enquiries(house.settings.config_dir)
    for name, value in told.items():
        _refuse_unknown(name, value, rules.topics)
    if due := told.get("deadline_at"):
        refuse_odd_year(datetime.fromisoformat(due))
    with house.store.write() as writer:
        writer.next("enquiry_act", 0)  # its lock lets one decide at a time
        row = enquiries.find(writer, enquiry_id)
        if row is None:
            return False
        _refuse_outdated(row, version)
        known = at_work(writer)
        told = {n: spelled(v, known) if v and n in _PEOPLE else v for n, v in told.items()}
        changed = {n: v for n, v in told.items() if _stored(row[n]) != v and v != seen.get(n, ...)}
        _refuse_unseen(row, changed, seen)
        for login in {changed.get(name) for name in _PEOPLE} - {None, by}:
            refuse_stranger(str(login), known)
        _refuse_unrecorded(writer, changed)
        changed = _with_unit(writer, changed, house.settings.config_dir)
        if changed.get("transferred_to") and row["owner"] is None:
            changed.setdefault("owner", by)  # it stays with the operator
        anchor = (row["channel"], row["threads"][0], row["message_id"])
        for name, value in changed.items():
            enquiries.decide(writer, anchor, name, value, author=by)
        if changed:
            again(writer, rules, row["threads"])
            if changed.keys() & _SENDS and not _is_taken(writer, row):
                route_now(writer, rules, house.settings.config_dir, enquiry_id)
            _note(writer, by, enquiry_id, {n: _stored(row[n]) for n in changed}, changed)
    return True


def _refuse_unrecorded(reader: Reader, changed: Mapping[str, str | None]) -> None:
    """ConfigError for a counterparty or a contact that is not in the base."""
    for field, entity in _RECORDS.items():
        if (found := changed.get(field)) and parts.one(reader, entity, found) is None:
            ru, en = NAMED[field]
            raise ConfigError(
                f"{ru.capitalize()} с идентификатором «{found}» не найден. Возьмите его с карточки.",
                f"There is no {en} with the id '{found}'. Take it from the card.",
            )


def _refuse_outdated(row: Mapping[str, Any], version: int | None) -> None:
    if version is not None and row["version"] != version:
        raise Conflict(
            "Обращение с тех пор изменилось. Прочитайте его снова и решите ещё раз.",
            "The enquiry has changed since. Read it again and decide once more.",
        )


def send_again(house: House, enquiry_id: str, by: str, version: int | None = None) -> bool:
    """Send an enquiry by the table in force, whoever has it; False if there is no such enquiry.

    Conflict if it has changed since the `version` that was seen.
    """
    folder = house.settings.config_dir
    rules = load_enquiries(folder)
    with house.store.write() as writer:
        writer.next("enquiry_act", 0)
        row = enquiries.find(writer, enquiry_id)
        if row is None:
            return False
        _refuse_outdated(row, version)
        route_now(writer, rules, folder, enquiry_id)
        now = enquiries.find(writer, enquiry_id) or row
        told = [{n: _stored(one[n]) for n in ("owner", "unit")} for one in (row, now)]
        _note(writer, by, enquiry_id, *told)
    return True


def _with_unit(
    reader: Reader, changed: dict[str, str | None], folder: Path
) -> dict[str, str | None]:
    to = changed.get("transferred_to")
    if unit := changed.get("unit"):
        return changed | {"unit": unit_of(reader, unit, folder)}
    if not to or "unit" in changed:
        return changed
    people = routes.at_work(reader, utc_now())
    found = people.filter(pl.col("owner") == to.lower())["department"].drop_nulls()
    return changed | ({"unit": found[0]} if len(found) else {})


def _is_taken(reader: Reader, row: Mapping[str, Any]) -> bool:
    """Whether a person took it or gave it to somebody."""
    acts = enquiries.acts(reader, row["threads"])
    people = pl.col("field").is_in(["owner", "unit", "state"])
    return not acts.filter(people, pl.col("message_id") == row["message_id"]).is_empty()


def _note(
    writer: Writer, by: str, enquiry_id: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    act = journal.Act(by, "enquiry_decided", "enquiry", enquiry_id, before=before, after=after)
    journal.note(writer, act)


def _stored(value: object) -> str | None:
    return (
        value.isoformat() if isinstance(value, datetime) else None if value is None else str(value)
    )


def _refuse_unseen(
    row: Mapping[str, Any], changed: Mapping[str, str | None], seen: Mapping[str, str | None]
) -> None:
    """Conflict if what is to be changed is not what it was on the page."""
    now = {n: _stored(row[n]) for n in changed if n in seen and _stored(row[n]) != seen[n]}
    if now:
        ru, en = (
            ", ".join(f"{NAMED[n][language]}: {v or '—'}" for n, v in now.items())
            for language in (0, 1)
        )
        raise Conflict(
            f"Пока страница была открыта, обращение изменил другой. Теперь {ru}. Если всё же нужно по-вашему, отправьте ещё раз.",
            f"Somebody else changed the enquiry while the page was open. Now {en}. If it is still to be your way, send it again.",
        )


def _refuse_unknown(name: str, value: str | None, topics: Sequence[Topic]) -> None:
    if name not in DECIDED:
        raise ConfigError(
            f"Поля «{name}» у обращения нет. Есть: {', '.join(DECIDED)}.",
            f"An enquiry has no field '{name}'. There are: {', '.join(DECIDED)}.",
        )
    known = _choices(topics).get(name)
    if known is not None and value is not None and value not in known:
        ru, en = (_either([told[n] for told in known.values()], n) for n in (0, 1))
        raise ConfigError(
            f"Значения «{value}» нет. Можно: {ru}.", f"There is no '{value}'. Use one of: {en}."
        )


def _choices(topics: Sequence[Topic]) -> dict[str, dict[str, tuple[str, str]]]:
    """What stands on the page for each value; of a topic its name too, as other systems tell it."""
    told = {one.name: (f"{one.ru} ({one.name})", f"{one.en} ({one.name})") for one in topics}
    return {"state": {**STATE_WORDS}, "topic": told}


def _either(words: Sequence[str], language: int) -> str:
    both = (", ".join(words[:-1]), *words[-1:])
    return (" или ", " or ")[language].join(part for part in both if part)
