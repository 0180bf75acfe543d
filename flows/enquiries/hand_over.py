"""Hand over: a head gives enquiries to somebody else, with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from config.enquiries import load_enquiries
from flows.enquiries.people import colleague, unit_of
from flows.enquiries.stage import again
from flows.house import House
from schemas.errors import ConfigError, Refused
from store import enquiries, journal
from store.engine import Reader, Writer
from store.views.heads import under

MOST = 200


def hand_over(
    house: House, ids: Sequence[str], owner: str | None, unit: str | None, by: str, why: str, *,
    whole: bool = False,
) -> int:  # fmt: skip
    """Enquiries are this person's or this unit's from now on; how many of them there are.

    ConfigError without a reason, without anybody to give to, or if nobody at work has that login or no unit that name. Refused if
    the directory knows people, and `by` is not the head of all who have them; `whole`: his role lets him.
    """
    if not why or not (owner or unit):
        raise ConfigError(
            "Укажите, кому передать и почему.", "Say to whom the enquiries go, and why."
        )
    rules = load_enquiries(house.settings.config_dir)
    with house.store.write() as writer:
        writer.next("enquiry_act", 0)  # its lock lets one decide at a time
        owner = colleague(writer, owner) if owner else None
        unit = unit_of(writer, unit, house.settings.config_dir) if unit else None
        found = [row for row in (enquiries.find(writer, one) for one in ids[:MOST]) if row]
        if not whole:
            _refuse_others(writer, by, found)
        told = {"owner": owner, "unit": unit}
        for row in found:
            anchor = (row["channel"], row["threads"][0], row["message_id"])
            for name, value in told.items():
                if row[name] != value:
                    enquiries.decide(writer, anchor, name, value, author=by, note=why)
        again(writer, rules, sorted({thread for row in found for thread in row["threads"]}))
        for row in found:
            _note(writer, by, row["id"], {name: row[name] for name in told}, told, why)
    return len(found)


def _refuse_others(reader: Reader, by: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Refused for enquiries of people and units under another head than whoever hands them over; nobody's are anybody's."""
    mine = under(reader, by)
    if mine is None:
        return
    others = {
        row["owner"] or row["unit"]
        for row in rows
        if (row["owner"] and row["owner"].lower() not in mine.logins)
        or (not row["owner"] and row["unit"] in mine.others_units)
    }
    if others:
        named = ", ".join(sorted(others))
        raise Refused(
            f"Передать обращения может руководитель того, у кого они, или администратор. Не ваши подчинённые: {named}.",
            f"Enquiries are handed over by the head of whoever has them, or by an administrator. Not under you: {named}.",
        )


def _note(
    writer: Writer,
    by: str,
    enquiry_id: str,
    before: dict[str, str | None],
    after: dict[str, str | None],
    why: str,
) -> None:
    act = journal.Act(by, "enquiry_handed_over", "enquiry", enquiry_id, before, after, why)
    journal.note(writer, act)
