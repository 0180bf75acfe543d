"""`kanon merge`, `split`, `different`, `decisions`, `withdraw`: what people judge, and how to take it back."""

from __future__ import annotations

import getpass
from typing import Annotated, Any

from cyclopts import Parameter
from rich.markup import escape

from admin.commands.inspect import Json
from admin.commands.shell import err, house, language, out, say, show
from admin.commands.terminal import TerminalProgress
from flows import decide
from flows.decide import Decided
from flows.house import House
from flows.preview import Changes
from flows.sync import settle
from schemas.errors import ConfigError
from store import decisions as ledger

Preview = Annotated[
    bool, Parameter(negative="", help="Only show what would change; nothing is written.")
]
Reason = Annotated[str | None, Parameter(help="Why; it is kept with the decision.")]
By = Annotated[str | None, Parameter(help="Who decides; your login by default.")]
Later = Annotated[
    bool, Parameter(negative="", help="Only write it down; the next sync or refresh acts on it.")
]
_TITLES = {
    "merged": ("Сливаются", "Merge"),
    "split": ("Появляются или возвращаются", "Split off or come back"),
    "records": ("Записи переходят", "Records move"),
    "fields": ("Поля меняются", "Fields change"),
    "children": ("Следуют за владельцем", "Follow their owner"),
    "unmet": ("Не подействует: мешает запрет", "Will not act: a veto is in the way"),
}


def merge(
    *ids: str,
    preview: Preview = False,
    reason: Reason = None,
    by: By = None,
    later: Later = False,
    json: Json = False,
) -> int:
    """Say that two or more companies are one: IDS are golden ids, or records as connection/stream/key.

    Nothing is lost: every id goes on answering, and `kanon withdraw` brings all back as it was.
    Refused with exit code 7 if two valid INN would meet. See first what would change with --preview.
    """
    with house() as opened:
        found = decide.merge_records(opened, ids, _name(by), reason, preview=preview)
        return _answer(opened, found, later=later, as_json=json)


def split(
    company: str,
    *,
    record: Annotated[
        list[str], Parameter(negative="", help="A record to split off; repeat for several.")
    ],
    preview: Preview = False,
    reason: Reason = None,
    by: By = None,
    later: Later = False,
    json: Json = False,
) -> int:
    """Say that some records of a COMPANY (golden id) are another company: they leave, all together.

    The id stays with the others. Records are connection/stream/key, as `sources` of a company lists them.
    """
    with house() as opened:
        found = decide.split_off(opened, company, record, _name(by), reason, preview=preview)
        return _answer(opened, found, later=later, as_json=json)


def different(
    left: str,
    right: str,
    *,
    preview: Preview = False,
    reason: Reason = None,
    by: By = None,
    later: Later = False,
    json: Json = False,
) -> int:
    """Say that two records, or two companies, are never to be one; LEFT leaves if they are one now.

    The pair is not proposed again until the requisites or the name of one of them change.
    """
    with house() as opened:
        found = decide.mark_different(opened, left, right, _name(by), reason, preview=preview)
        return _answer(opened, found, later=later, as_json=json)


def decisions(
    company: str = "",
    *,
    limit: Annotated[int, Parameter(help="How many, newest first.")] = 50,
    json: Json = False,
) -> int:
    """List what was decided, newest first; of one COMPANY (golden id) if it is named."""
    with house() as opened, opened.store.read() as reader:
        found = ledger.history(reader, company) if company else ledger.listing(reader, limit)
    rows = found.head(limit).to_dicts()
    empty = ("Решений ещё нет.", "No decisions yet.")
    show(rows if json else [_line(row) for row in rows], as_json=json, empty=empty)
    return 0


def withdraw(
    decision: int | None = None,
    *,
    batch: Annotated[str | None, Parameter(help="A whole batch instead of one decision.")] = None,
    preview: Preview = False,
    reason: Reason = None,
    by: By = None,
    later: Later = False,
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
    with house() as opened:
        if decision is not None:
            found = decide.withdraw(opened, decision, _name(by), reason, preview=preview)
        else:
            found = decide.withdraw_batch(opened, str(batch), _name(by), reason, preview=preview)
        return _answer(opened, found, later=later, as_json=json, undone=True)


def _name(by: str | None) -> str:
    return by or getpass.getuser()


def _line(row: dict[str, Any]) -> dict[str, object]:
    """One decision for people: local time, the first record of either side."""
    about = [side[0] for side in (row["left"], row["right"]) if side]
    what = f"{row['field']} = {row['value']}" if row["field"] else " · ".join(about)
    return {
        "id": str(row["decision_id"]),
        "kind": row["verdict"] or row["kind"],
        "about": what,
        "by": row["author"],
        "at": f"{row['created_at'].astimezone():%d.%m.%Y %H:%M}",
        "batch": row["batch"],
        "withdrawn": row["withdrawn_by"],
        "reason": row["reason"],
    }


def _answer(
    opened: House, found: Decided, *, later: bool, as_json: bool, undone: bool = False
) -> int:
    if found.changes is not None:
        _print_changes(found.changes, as_json=as_json)
        return 0
    if found.written and not later:
        with TerminalProgress(err) as progress:
            settle(opened, progress=progress)
    if as_json:
        show([{"decisions": list(found.ids), "written": found.written}], as_json=True)
        return 0
    _print_outcome(found, undone=undone)
    return 0


def _print_outcome(found: Decided, *, undone: bool) -> None:
    named = ", ".join(str(one) for one in found.ids[:10])
    if undone and not found.written:
        say("Уже отозвано раньше.", "Withdrawn before.")
    elif undone:
        say(f"Отозвано решений: {found.written}.", f"Decisions withdrawn: {found.written}.")
    elif not found.written:
        say(f"Так уже решено: {named}.", f"Decided already: {named}.")
    else:
        first = found.ids[-found.written]
        say(
            f"Решение {first} записано. Отозвать: kanon withdraw {first}",
            f"Decision {first} is written. To take it back: kanon withdraw {first}",
        )


def _print_changes(changes: Changes, *, as_json: bool) -> None:
    if as_json:
        parts = {name: getattr(changes, name).to_dicts() for name in _TITLES}
        show([parts], as_json=True)
        return
    if changes.nothing and changes.unmet.is_empty():
        say("Ничего не изменится.", "Nothing would change.")
        return
    for name, (ru, en) in _TITLES.items():
        rows = getattr(changes, name).to_dicts()
        if rows:
            out.print(f"[bold]{escape(ru if language() == 'ru' else en)}[/]: {len(rows)}")
            show(rows[:20], as_json=False)
