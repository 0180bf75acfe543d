"""A steward's own value: it wins over every source until it is released."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import polars as pl
from pydantic import ValidationError

from flows.decide_number import refuse_held
from flows.house import House
from flows.ledger import Decided, carried_out
from mappings.functions import FUNCTIONS
from schemas.decisions import MANY_VALUED, SETTABLE, VALUE, Author, Judgement
from schemas.errors import ConfigError, Conflict
from schemas.golden import GOLDEN
from schemas.outcome import REASON
from schemas.outcome import VALUE as CLEANED
from schemas.reasons import REASONS
from store import decisions, golden, identity
from store.engine import Reader, Writer

# A value typed by hand passes the same cleaning as one from a source.
_CLEANED_BY = {
    **{name: name for name in ("inn", "kpp", "ogrn", "okpo", "national_number")},
    "country": "country",
    "segment": "text",
    "planned_volume": "volume",
    "phones": "phone",
    "emails": "email",
}
MOST_SIGNS = 1000
_SHORT = {"segment": 100, "planned_volume": 100}  # as the gate has them
# Controls, marks that turn the direction of text, halves of characters, private and unassigned ones.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_LINKED = {
    "legal_entity": ("golden_id", "own_id"),
    "unit": ("unit_id", "own_unit_id"),
    "contact": ("golden_id", "own_id"),
    "item": ("golden_id", "own_id"),
}


def set_value(
    house: House,
    golden_id: str,
    field: str,
    value: str,
    by: str,
    reason: str | None = None,
    *,
    expected_version: int | None = None,
    preview: bool = False,
) -> Decided:
    """This is the value of a field of a company, unit, contact or item, whatever sources say.

    A phone or an e-mail is added to those of the sources. ConfigError if the id or the field is not known
    or the value cannot be one; Conflict if the record is not of the expected version, or if the value is
    a number that another company holds.
    """

    def work(writer: Writer) -> Decided:
        writer.next("gate", 0)  # nobody creates a company with this number meanwhile
        writer.next("decision", 0)
        entity, lives = _entity(writer, golden_id)
        cleaned = cleaned_value(entity, field, value)
        if expected_version is not None:
            _refuse_outdated(writer, entity, lives, expected_version)
        refs = _refs(writer, entity, lives)
        refuse_held(writer, entity, lives, refs, field, cleaned)
        stands = _standing(writer, set(refs), entity, field).filter(pl.col("value") == cleaned)
        if not stands.is_empty() and (
            field in MANY_VALUED or _is_last(writer, refs, entity, field, stands)
        ):
            return Decided(stands["decision_id"].to_list(), 0)
        judged = Judgement(VALUE, refs, entity=entity, field=field, value=cleaned)
        ids = decisions.decide(writer, [judged], Author(by, reason=reason))
        return Decided(ids, len(ids))

    return carried_out(house, work, preview=preview)


def release_value(
    house: House,
    golden_id: str,
    field: str,
    by: str,
    reason: str | None = None,
    *,
    expected_version: int | None = None,
    preview: bool = False,
) -> Decided:
    """Sources have their say again about a field; ConfigError for an unknown id or a field nobody set.

    Conflict if the record is not of the expected version.
    """

    def work(writer: Writer) -> Decided:
        writer.next("decision", 0)
        entity, lives = _entity(writer, golden_id)
        if expected_version is not None:
            _refuse_outdated(writer, entity, lives, expected_version)
        stands = _standing(writer, set(_refs(writer, entity, lives)), entity, field)
        if stands.is_empty():
            raise ConfigError(
                f"Поле {field} у {golden_id} никто не задавал: отпускать нечего.",
                f"Nobody set {field} of {golden_id}: there is nothing to release.",
            )
        gone = decisions.withdraw(
            writer, stands["decision_id"].to_list(), Author(by, reason=reason)
        )
        return Decided(gone, len(gone))

    return carried_out(house, work, preview=preview)


def _entity(reader: Reader, golden_id: str) -> tuple[str, str]:
    """The golden entity of an id, and the id that stands for it today."""
    lives = identity.resolve(reader, golden_id)
    found = identity.known(reader, [lives] if lives else [])
    if lives is None or found.is_empty():
        raise ConfigError(
            f"Не знаю {golden_id}. Нужен идентификатор компании, подразделения, контакта или товара.",
            f"Unknown: {golden_id}. Give the id of a company, unit, contact or item.",
        )
    return str(found["entity"][0]), lives


def _refs(reader: Reader, entity: str, golden_id: str) -> tuple[str, ...]:
    """The records of a golden id: those that are its own first, the one it was founded on before all."""
    column, own = _LINKED[entity]
    links = identity.links_by(reader, column, golden_id)
    founder = identity.known(reader, [golden_id])["founder"][0]
    refs = links.select(
        pl.concat_str(["connection", "stream", "key"], separator="/").alias("ref"), own
    )
    if refs.is_empty():
        raise Conflict(
            f"За {golden_id} больше не стоит ни одной записи.",
            f"No record stands behind {golden_id} any more.",
        )
    ordered = sorted(refs.iter_rows(), key=lambda r: (r[0] != founder, r[1] != golden_id, r[0]))
    return tuple(ref for ref, _ in ordered)


def _standing(reader: Reader, refs: set[str], entity: str, field: str) -> pl.DataFrame:
    """Values in force for a field of the identity these records belong to."""
    values = decisions.values_in_force(reader).filter(entity=entity, field=field)
    return values.filter(pl.col("ref").is_in(refs)).unique("decision_id").sort("decision_id")


def _is_last(
    reader: Reader, refs: tuple[str, ...], entity: str, field: str, stands: pl.DataFrame
) -> bool:
    last = _standing(reader, set(refs), entity, field)["decision_id"].max()
    return bool(stands["decision_id"].max() == last)


def cleaned_value(entity: str, field: str, value: str) -> str:
    """A value typed by hand as it would be stored; ConfigError says why it cannot be one, and the cure."""
    if field not in SETTABLE[entity]:
        raise ConfigError(
            f"Поле {field} задать нельзя. Можно: {', '.join(SETTABLE[entity])}.",
            f"{field} cannot be set. Fields: {', '.join(SETTABLE[entity])}.",
        )
    _refuse_unreadable(field, value)
    found = (
        pl.DataFrame({"v": [value]})
        .select(FUNCTIONS[_CLEANED_BY.get(field, "strip")](pl.col("v")))
        .to_series()[0]
    )
    cleaned = found[CLEANED] if isinstance(found, Mapping) else found
    why = found[REASON] if isinstance(found, Mapping) else None
    if not cleaned:
        ru, en = REASONS.get(
            why or "",
            (
                "Значение пустое; чтобы вернуть значение источников, отпустите поле.",
                "The value is empty; release the field to let the sources speak.",
            ),
        )
        raise ConfigError(f"{field}: {ru}", f"{field}: {en}")
    if field not in MANY_VALUED:
        try:
            GOLDEN[entity].model_validate({"id": "-", field: cleaned})
        except ValidationError as error:
            said = error.errors()[0]["msg"]
            raise ConfigError(
                f"{field}: значение не подходит ({said}).",
                f"{field}: the value does not fit ({said}).",
            ) from error
    return str(cleaned)


def _refuse_unreadable(field: str, value: str) -> None:
    """Signs that no keyboard types would be stored unseen, or break what reads them."""
    most = _SHORT.get(field, MOST_SIGNS)
    if len(value) > most:
        raise ConfigError(
            f"{field}: текст длиннее {most} знаков. Сократите его.",
            f"{field}: the text is longer than {most} characters. Make it shorter.",
        )
    hidden = [sign for sign in value.strip() if unicodedata.category(sign) in _UNSEEN]
    if hidden:
        raise ConfigError(
            f"{field}: в тексте есть невидимый знак U+{ord(hidden[0]):04X}. Наберите текст заново.",
            f"{field}: the text holds the invisible character U+{ord(hidden[0]):04X}. Type it anew.",
        )


def _refuse_outdated(reader: Reader, entity: str, golden_id: str, expected: int) -> None:
    now = golden.version(reader, entity, golden_id)
    if now != expected:
        raise Conflict(
            f"{golden_id} уже изменилась: версия {now}, а вы видели {expected}. Посмотрите ещё раз и решите.",
            f"{golden_id} has changed: version {now}, you saw {expected}. Look again, then decide.",
        )
