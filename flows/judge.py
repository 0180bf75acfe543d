"""A steward's answer about one pair of the queue: it is written down and the pair stops waiting at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from flows.decide import mark_different, merge_records, unsure
from flows.house import House
from flows.ledger import Check, Decided
from flows.merged import PICKABLE, merged
from schemas.errors import Conflict
from store import desk, holds, identity, proposals
from store.engine import Reader
from store.views import answers, reviews

Verdict = Literal["same", "different", "unsure"]
VERDICTS: tuple[Verdict, ...] = ("same", "different", "unsure")
INN_DIFFER, MANY_RECORDS, MANY_PAIRS = "inn_differ", "many_records", "many_pairs"
MOST_RECORDS = 5
_SAID = {
    "same": ("одно и то же", "one and the same"),
    "different": ("разные", "different"),
    "unsure": ("не уверен", "not sure"),
}


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer became: a decision, or a proposal that a second person must confirm."""

    decision: int | None = None
    proposal: int | None = None


def judge(
    house: House,
    left: str,
    right: str,
    verdict: Verdict,
    by: str,
    reason: str | None,
    seen: str,
    *,
    picks: Mapping[str, str] | None = None,
    second: bool = False,
) -> Answered:
    """What became of the answer that two records (connection/stream/key) are one company, are two, or
    cannot be told; deciding the same again is one decision.

    `seen` is what `store.views.answers.seen` said when the person looked: Conflict if a record is otherwise now, or
    if somebody has answered otherwise since.
    `picks` (field → ref) are values chosen for the one company. With `second`, grave merges become proposals.
    """
    stamp, known = answers.parted(seen)
    records = _unchanged(house, left, right, stamp)
    grave = grave_reason(house, records) if second and verdict == "same" else ""
    if grave:
        body = {"left": left, "right": right, "seen": seen, "picks": dict(picks or {})}
        return Answered(proposal=_proposed(house, verdict, grave, body, by, reason))
    values = _picked(house, left, right, picks or {}) if verdict == "same" else {}
    unless = partial(_refuse_answered, left=left, right=right, verdict=verdict, known=known)
    decided = _decided(house, left, right, verdict, by, reason, values, unless)
    with house.store.write() as writer:
        identity.unqueue(writer, left, right)
        holds.release(writer, left, right, by)
    return Answered(decision=int(decided.ids[0]))


def grave_reason(house: House, records: tuple[Mapping[str, Any], Mapping[str, Any]]) -> str:
    """Why a second person must confirm that two records are one company; empty if nobody must."""
    said = {number for row in records if (number := row["inn"] or row["claimed_inn"])}
    if len(said) > 1:
        return INN_DIFFER
    ids = sorted({row["golden_id"] for row in records if row["golden_id"]})
    with house.store.read() as reader:
        together = identity.links_of_ids(reader, "party", ids).height
    return MANY_RECORDS if together > MOST_RECORDS else ""


def _proposed(
    house: House, verdict: Verdict, why: str, body: Mapping[str, Any], by: str, reason: str | None
) -> int:
    with house.store.write() as writer:
        known = proposals.same_waiting(writer, "pair", body, by)
        if known is not None:
            return known
        draft = proposals.Draft("pair", verdict, why, body, 1, by, reason)
        number = proposals.add(writer, draft, "waiting")
        desk.move(writer, body["left"], body["right"], desk.SECOND)
        holds.release(writer, body["left"], body["right"], by)
    return number


def _picked(house: House, left: str, right: str, picks: Mapping[str, str]) -> dict[str, str]:
    """The values of the chosen records, where survivorship would not choose the same by itself."""
    wanted = {field: ref for field, ref in picks.items() if field in PICKABLE}
    found = merged(house, left, right) if wanted else None
    if found is None:
        return {}
    told = {field: found.of_record(ref, field) for field, ref in wanted.items()}
    return {f: value for f, value in told.items() if value and value != found.fields.get(f)}


def _decided(
    house: House,
    left: str,
    right: str,
    verdict: Verdict,
    by: str,
    reason: str | None,
    values: Mapping[str, str],
    unless: Check,
) -> Decided:
    if verdict == "same":
        return merge_records(house, (left, right), by, reason, values=values, unless=unless)
    say = mark_different if verdict == "different" else unsure
    return say(house, left, right, by, reason, unless=unless)


def _refuse_answered(
    reader: Reader, *, left: str, right: str, verdict: Verdict, known: int
) -> None:
    """Nobody answers past an answer he has not seen; to say the same again is no harm."""
    found = answers.last(reader, left, right)
    if found is None or found.number == known or found.verdict == verdict:
        return
    ru, en = _SAID.get(found.verdict, (found.verdict, found.verdict))
    raise Conflict(
        f"Пока вы смотрели, на эту пару ответил {found.author}: {ru}. Ничего не решено: откройте пару заново.",
        f"While you looked, {found.author} answered this pair: {en}. Nothing was decided: open the pair again.",
    )


def _unchanged(
    house: House, left: str, right: str, stamp: str
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    with house.store.read() as reader:
        one, other = reviews.records(reader, left, right)
    if one is None or other is None:
        raise Conflict(
            "Одной из двух записей больше нет. Вернитесь к очереди.",
            "One of the two records is gone. Go back to the queue.",
        )
    if reviews.stamp(one, other) != stamp:
        raise Conflict(
            "Пока вы смотрели, одна из записей изменилась или перешла в другую компанию. Ничего не решено: откройте пару заново.",
            "While you looked, one of the records changed or moved to another company. Nothing was decided: open the pair again.",
        )
    return one, other
