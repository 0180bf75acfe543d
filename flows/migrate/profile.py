"""The profile of a legacy base: what is in its tables, and a plan that says what to carry and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.migration import Column, Plan, Reference, Table
from connectors.base import Source
from flows.dedupe_columns import spelled
from flows.migrate.columns import Facts, facts, mean_of
from flows.migrate.references import references as referred
from flows.migrate.survey import Seen, declared, survey
from schemas.errors import ConfigError, Language

SAMPLE = 50_000
SECONDS = 60.0
OLD = timedelta(days=5 * 365)
_LEFTOVER = re.compile(
    r"(^|\s)(tmp|temp|bak|backup|old|copy|test|log|audit|копия|тест|времен\w*|архив)\d*(\s|$)"
)
_WHY: Mapping[str, tuple[str, str]] = {
    "empty": ("пуста", "it is empty"),
    "leftover": ("по имени временная или служебная", "its name says temporary or technical"),
    "unused": ("не менялась с {last_use}", "unused since {last_use}"),
    "unknown": ("не видно, чем становятся её строки: назовите target", "it is not seen what its rows become: name a target"),
    "unread": ("не прочитана: {fault}", "it could not be read: {fault}"),
    "mapped": ("есть отображение, цель {target}", "there is a mapping, to {target}"),
    "linked": ("читается вместе с {by}", "it is read together with {by}"),
    "keyless": ("нет ключа, по которому её читать: назовите столбцы в keys", "it has no key to be read by: name the columns in `keys`"),
    "party": ("контрагенты: {columns}", "counterparties: {columns}"),
    "person": ("контактные лица: {columns}", "contact persons: {columns}"),
    "item": ("номенклатура: {columns}", "goods: {columns}"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a mapping that is there already makes of a table, and the tables it joins."""

    target: str
    joins: tuple[str, ...]


_UNMAPPED: Mapping[str, Mapped] = {}
_PARTY = ("inn", "inn_kpp", "ogrn", "kpp", "full_name")


def profile(
    source: Source,
    name: str,
    connection: str,
    *,
    sample: int = SAMPLE,
    seconds: float = SECONDS,
    language: Language = "ru",
    mapped: Mapping[str, Mapped] = _UNMAPPED,
) -> Plan:
    """A plan over every table of a source, with what was found in each; ConfigError if there is none.

    Numbers rest on at most about `sample` rows a table, from all over it, and say on how many. `mapped`
    are the tables that have a mapping already.
    """
    tables = {one.name: one for one in survey(source, sample, seconds)}
    if not tables:
        raise ConfigError(
            "В источнике нет ни одной таблицы: проверьте адрес и права.",
            "The source has no table: check address and rights.",
        )
    known = {table: facts(one.frame) for table, one in tables.items()}
    keys = {t: one.key[0] if len(one.key) == 1 else _first(known[t]) for t, one in tables.items()}
    named = {table: key for table, key in keys.items() if key}
    links = referred(source, tables, named, declared(source))
    needed = {join: name for name, one in mapped.items() for join in one.joins}
    today = datetime.now().astimezone().date()
    proposed = [
        _proposed(
            seen,
            known[table],
            key=keys[table],
            references=links[table],
            mapping=mapped.get(table),
            guess=not mapped,
            needed_by=needed.get(table),
            language=language,
        )
        for table, seen in tables.items()
    ]
    return Plan(name=name, connection=connection, profiled=today, tables=tuple(proposed))


def _proposed(
    seen: Seen,
    found: Facts,
    *,
    key: str,
    references: tuple[Reference, ...],
    mapping: Mapped | None,
    guess: bool,
    needed_by: str | None,
    language: Language,
) -> Table:
    """The line of the plan: a table with a mapping is carried, without any mapping its columns tell."""
    target = mapping.target if mapping else _target(found.columns) if guess else None
    reason = _reason(seen, found, target)
    if reason in ("unknown", target) and (mapping or needed_by):
        reason = "mapped" if mapping else "linked"
    words = {"target": target, "by": needed_by}
    return Table(
        name=seen.name,
        carry=reason in (target, "mapped"),
        why=_told(reason, seen, found, words, language),
        target=target,
        rows=seen.rows,
        looked_at=seen.frame.height,
        key=seen.key or ((key,) if key else ()),
        last_use=found.last_use,
        dated=found.dated,
        amounts=found.amounts,
        references=references,
        columns=found.columns,
    )


def _first(found: Facts) -> str:
    return found.keys[0] if found.keys else ""


def _target(columns: Mapping[str, Column]) -> str | None:
    """The entity the rows of a table look like."""
    own = dict(columns)
    if mean_of(own, _PARTY):
        return "party"
    if mean_of(own, ["person"]):
        return "person"
    if mean_of(own, ["item"]):
        return "item"
    return "party" if mean_of(own, ["name"]) and mean_of(own, ["phones", "emails"]) else None


def _reason(seen: Seen, found: Facts, target: str | None) -> str:
    """The word of `_WHY` that decides; the target itself if nothing speaks against carrying."""
    if seen.fault is not None:
        return "unread"
    if not seen.frame.height:
        return "empty"
    if _LEFTOVER.search(spelled(seen.name)):
        return "leftover"
    today = datetime.now().astimezone().date()
    if found.last_use is not None and today - found.last_use > OLD:
        return "unused"
    if target is None:
        return "unknown"
    return target if seen.key or found.keys else "keyless"


def _told(
    reason: str, seen: Seen, found: Facts, words: Mapping[str, str | None], language: Language
) -> str:
    telling = [name for name, one in found.columns.items() if one.means and one.fill > 0]
    fault = seen.fault.for_user(language) if seen.fault else ""
    sentence = _WHY[reason][0 if language == "ru" else 1]
    columns = ", ".join(telling[:4])
    return sentence.format(last_use=found.last_use, columns=columns, fault=fault, **words)
