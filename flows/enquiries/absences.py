"""Absences told and taken back: by whoever is away, his head, or whoever may for all."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.working_time import load_working_time
from flows.enquiries.people import colleague
from flows.house import House
from schemas.absences import Away
from schemas.errors import ConfigError, Refused
from schemas.years import refuse_odd_year
from store import absences, journal
from store.clock import utc_now
from store.engine import Reader
from store.views.heads import under

_LONGEST = timedelta(days=1_100)  # leave to look after a child lasts three years


def be_away(house: House, told: Away, by: str, *, whole: bool) -> int:
    """The number of an absence that is written down; the same told again is the same.

    ConfigError for days that are none, or people nobody knows. Refused if `by` is neither the one who is
    away nor above him, unless he may for the `whole` firm.
    """
    _refuse_odd(told)
    deputy = _clean(told.deputy).lower() or None
    own = replace(told, login=told.login.lower(), deputy=deputy, note=_clean(told.note) or None)
    zone = ZoneInfo(load_working_time(house.settings.config_dir).zone)
    span = (
        datetime.combine(own.since, time(), zone),
        datetime.combine(own.until + timedelta(days=1), time(), zone),
    )
    with house.store.write() as writer:
        for login in filter(None, (own.login, own.deputy)):
            colleague(writer, login)
        _refuse_others(writer, own.login, by, whole=whole)
        number = absences.add(writer, own, span, by, utc_now())
        after = {name: str(value) for name, value in asdict(own).items() if value}
        journal.note(writer, journal.Act(by, "absence_told", "employee", own.login, {}, after))
    return number


def be_back(house: House, number: int, by: str, *, whole: bool) -> bool:
    """Whether an absence stood, and is taken back; Refused as in `be_away`."""
    with house.store.write() as writer:
        row = absences.find(writer, number)
        if row is None:
            return False
        _refuse_others(writer, row["login"], by, whole=whole)
        absences.withdraw(writer, number, by, utc_now())
        before = {name: str(row[name]) for name in ("kind", "since", "until") if row[name]}
        journal.note(
            writer, journal.Act(by, "absence_withdrawn", "employee", row["login"], before, {})
        )
    return True


def _clean(text: str | None) -> str:
    """In one line, without what no database keeps and nobody sees."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())


def _refuse_odd(told: Away) -> None:
    refuse_odd_year(told.since)
    refuse_odd_year(told.until)
    if told.until < told.since or told.until - told.since > _LONGEST:
        raise ConfigError(
            "Последний день раньше первого или отсутствие дольше трёх лет. Проверьте даты.",
            "The last day is before the first, or the absence is longer than three years. Check the days.",
        )
    if told.deputy and told.deputy.lower() == told.login.lower():
        raise ConfigError(
            "Замещать самого себя нельзя: укажите другого сотрудника или никого.",
            "Nobody stands in for himself: name somebody else, or nobody.",
        )


def _refuse_others(reader: Reader, login: str, by: str, *, whole: bool) -> None:
    mine = under(reader, by)
    if whole or mine is None or login in mine.logins:
        return
    raise Refused(
        "Отсутствие отмечает сам сотрудник, его руководитель или администратор.",
        "An absence is told by whoever is away, by his head, or by an administrator.",
    )
