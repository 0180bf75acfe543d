"""`kanon quarantine fix`, `alike`, `corrections`, `takeback`, `later`: refused records put right from here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from cyclopts import Parameter

from admin.account import account
from admin.commands.inspect import Json
from admin.commands.shell import err, house, language, say, show
from flows.correct import Fixed, withdraw
from flows.house import House
from flows.mend import anatomy, mend
from flows.mend_alike import Change, Group, mend_alike, try_alike
from flows.sync import settle
from schemas.errors import ConfigError
from store import quarantine as waiting
from store.views import corrections as kept

Why = Annotated[str | None, Parameter("--reason", help="Why; it is kept with the correction.")]


def fix(
    row: int,
    *,
    value: Annotated[
        list[str],
        Parameter("--set", negative="", help="FIELD=VALUE of the source; may be repeated."),
    ],
    why: Why = None,
) -> int:
    """Correct fields of one refused record, by its number in `kanon quarantine --rows`.

    Saved only if the record then passes. The landing stays as it came; the correction holds until it is
    taken back or the source changes the field itself.
    """
    pairs = [one.partition("=") for one in value]
    if not all(sign for _, sign, _ in pairs):
        raise ConfigError("Ожидалось ПОЛЕ=ЗНАЧЕНИЕ.", "Expected FIELD=VALUE.")
    values = {name: text for name, _, text in pairs}
    with house() as opened:
        seen = anatomy(opened, row)
        if seen is None:
            raise ConfigError(
                f"Запись {row} не ждёт исправления. Список: kanon quarantine --rows.",
                f"Row {row} waits for no correction. The list: kanon quarantine --rows.",
            )
        verdict, fixed = mend(opened, row, values, seen.seen, account(), why)
        if fixed is not None:
            return _told(opened, fixed)
    for fault in verdict.faults:
        err.print(f"{fault.field}: {fault.ru if language() == 'ru' else fault.en}", soft_wrap=True)
    return 1


def alike(
    connection: str,
    stream: str,
    reason: str,
    *,
    column: Annotated[str, Parameter(help="The source's field to change.")],
    how: Annotated[str, Parameter(help="trim, digits, replace, set or table.")],
    find: Annotated[str, Parameter(help="What to replace, or lines `old = new`.")] = "",
    put: Annotated[str, Parameter(help="By what.")] = "",
    save: Annotated[bool, Parameter(negative="", help="Save it; else it is only shown.")] = False,
    why: Annotated[str | None, Parameter(help="Kept with the corrections.")] = None,
    json: Json = False,
) -> int:
    """Make one change to all records refused alike; without --save only show what would come of it."""
    group, change = Group(reason, connection, stream), Change(column, how, find, put)
    with house() as opened:
        tried = try_alike(opened, group, change)
        rows = [
            {"row": s.id, "key": s.key, "before": s.before, "after": s.after, "refused": s.reason}
            for s in tried.samples
        ]
        show(rows, as_json=json)
        if not json:
            say(
                f"Записей {tried.rows}, изменятся {tried.altered}, пройдут {tried.passing}.",
                f"Records {tried.rows}, altered {tried.altered}, passing {tried.passing}.",
            )
        if save:
            by = account()
            return _told(opened, mend_alike(opened, group, change, tried.stamp, by, why))
    return 0


def corrections(*, limit: int = 50, json: Json = False) -> int:
    """What was corrected, newest first; `batch` is what `kanon quarantine takeback` takes."""
    with house() as opened, opened.store.read() as reader:
        found = kept.listing(reader, {}, kept.NEWEST, None, max(1, min(limit, 10_000))).rows
    names = ("batch", "connection", "stream", "key", "field", "was", "value", "author", "state")
    rows = [{name: row[name] for name in names} for row in found]
    show(rows, as_json=json, empty=("Исправлений нет.", "There are no corrections."))
    return 0


def takeback(batch: str) -> int:
    """Take a batch of corrections back; its records are mapped again as their source sends them."""
    with house() as opened:
        return _told(opened, withdraw(opened, batch, account()))


def later(
    *ids: int,
    why: Annotated[str, Parameter("--reason", help="Why; it is kept with the record.")],
    days: Annotated[int, Parameter(help="For how long.")] = 30,
) -> int:
    """Put refused records out of sight for some days; one that is refused otherwise comes back at once."""
    if not 0 < days <= 3650:
        raise ConfigError("Дней от 1 до 3650.", "Days are from 1 to 3650.")
    until = datetime.now(UTC) + timedelta(days=days)
    with house() as opened, opened.store.write() as writer:
        done = waiting.put_off(writer, ids, why, account(), until)
    say(f"Отложено {done}.", f"Put off {done}.")
    return 0 if done == len(set(ids)) else 1


def _told(opened: House, fixed: Fixed) -> int:
    if not fixed.waiting:
        settle(opened)
    say(
        f"Пакет {fixed.batch}: исправлений {fixed.written}, прошло {fixed.passed}, отказ {fixed.refused}.",
        f"Batch {fixed.batch}: corrections {fixed.written}, passed {fixed.passed}, refused {fixed.refused}.",
    )
    if fixed.waiting:
        say(
            "Источник сейчас читается: запуск применит исправления сам.",
            "The source is being read: that run applies the corrections.",
        )
    return 0
