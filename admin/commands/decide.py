"""`kanon merge`, `split`, `different`, `decisions`, `withdraw`: what people judge, and how to take it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter

from admin.commands.decide_told import print_changes, print_decision, print_outcome
from admin.commands.inspect import Json
from admin.commands.options import NOW, Deciding
from admin.commands.shell import err, house, show
from admin.commands.terminal import TerminalProgress
from flows import decide
from flows.decide import Decided
from flows.house import House
from flows.sync import settle
from schemas.errors import ConfigError
from store import decisions as ledger

LARGEST = 2**63 - 1


def merge(
    *ids: str,
    how: Deciding = NOW,
    json: Json = False,
) -> int:
    """Say that two or more companies are one: IDS are golden ids, or records as connection/stream/key.

    Nothing is lost: every id goes on answering, and `kanon withdraw` brings all back as it was.
    Refused with exit code 7 if two valid INN would meet. See first what would change with --preview.
    """
    _refuse_few(ids)
    with house() as opened:
        found = decide.merge_records(opened, ids, how.name, how.reason, preview=how.preview)
        return answer(opened, found, later=how.later, as_json=json)


def split(
    company: str,
    *,
    record: Annotated[
        list[str], Parameter(negative="", help="A record to split off; repeat for several.")
    ],
    how: Deciding = NOW,
    json: Json = False,
) -> int:
    """Say that some records of a COMPANY (golden id) are another company: they leave, all together.

    The id stays with the others. Records are connection/stream/key, as `sources` of a company lists them.
    """
    with house() as opened:
        found = decide.split_off(opened, company, record, how.name, how.reason, preview=how.preview)
        return answer(opened, found, later=how.later, as_json=json)


def different(
    left: str,
    right: str,
    *,
    how: Deciding = NOW,
    json: Json = False,
) -> int:
    """Say that two records, or two companies, are never to be one; LEFT leaves if they are one now.

    The pair is not proposed again until the requisites or the name of one of them change.
    """
    _refuse_few([left, right])
    with house() as opened:
        found = decide.mark_different(
            opened, left, right, how.name, how.reason, preview=how.preview
        )
        return answer(opened, found, later=how.later, as_json=json)


def decisions(
    company: str = "",
    *,
    limit: Annotated[int, Parameter(help="How many, newest first.")] = 50,
    json: Json = False,
) -> int:
    """List what was decided, newest first; of one COMPANY (golden id) if it is named."""
    _refuse_number(limit, "--limit")
    with house() as opened, opened.store.read() as reader:
        found = ledger.history(reader, company) if company else ledger.listing(reader, limit)
    rows = found.head(limit).to_dicts()
    if json or not rows:
        of = (f" о {company}", f" about {company}") if company else ("", "")
        none = (f"Решений{of[0]} ещё нет.", f"No decisions{of[1]} yet.")
        show(rows, as_json=json, empty=none)
        return 0
    for row in rows:
        print_decision(row)
    return 0


def withdraw(
    decision: int | None = None,
    *,
    batch: Annotated[str | None, Parameter(help="A whole batch instead of one decision.")] = None,
    how: Deciding = NOW,
    json: Json = False,
) -> int:
    """Take back a DECISION (its number in `kanon decisions`) with all that was decided in the same act.

    What it joined comes apart again, under the ids of before, also if records were edited meanwhile.
    """
    if (decision is None) == (batch is None):
        raise ConfigError(
            "Назовите номер решения или --batch, что-то одно.",
            "Give the number of a decision or --batch, one of the two.",
        )
    if decision is not None:
        _refuse_number(decision, "kanon withdraw")
    with house() as opened:
        if decision is not None:
            found = decide.withdraw(opened, decision, how.name, how.reason, preview=how.preview)
        else:
            found = decide.withdraw_batch(
                opened, str(batch), how.name, how.reason, preview=how.preview
            )
        return answer(opened, found, later=how.later, as_json=json, undone=True)


def _refuse_few(ids: Sequence[str]) -> None:
    """ConfigError unless two or more are named, each once."""
    if len(ids) < 2:
        raise ConfigError(
            "Назовите не меньше двух компаний или записей: kanon merge A B.",
            "Name two or more companies or records: kanon merge A B.",
        )
    repeated = [one for one, times in Counter(ids).items() if times > 1]
    if repeated:
        raise ConfigError(
            f"{repeated[0]} названо дважды. Назовите разные компании или записи.",
            f"{repeated[0]} is named twice. Name different companies or records.",
        )


def _refuse_number(number: int, option: str) -> None:
    """ConfigError for what can be no number of a decision and no count of them."""
    if not 0 < number <= LARGEST:
        raise ConfigError(
            f"{option} {number}: такого числа решений не бывает, нужно от 1. Список: kanon decisions.",
            f"{option} {number}: there are not so many decisions; give 1 or more. List: kanon decisions.",
        )


def answer(
    opened: House, found: Decided, *, later: bool, as_json: bool, undone: bool = False
) -> int:
    """Settle what was decided, unless later, and tell what came of it."""
    if found.changes is not None:
        print_changes(found.changes, as_json=as_json)
        return 0
    if found.written and not later:
        with TerminalProgress(err) as progress:
            settle(opened, progress=progress)
    if as_json:
        show([{"decisions": list(found.ids), "written": found.written}], as_json=True)
        return 0
    print_outcome(found, undone=undone)
    return 0
