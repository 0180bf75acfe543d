"""A steward's answer about one pair of the queue: it is written down and the pair stops waiting at once."""

from __future__ import annotations

from typing import Literal

from flows.decide import mark_different, merge_records, unsure
from flows.house import House
from flows.ledger import Decided
from schemas.errors import ConfigError, Conflict
from store import identity
from store.views import reviews

Verdict = Literal["same", "different", "unsure"]
VERDICTS: tuple[Verdict, ...] = ("same", "different", "unsure")


def judge(
    house: House, left: str, right: str, verdict: Verdict, by: str, reason: str | None, seen: str
) -> int:
    """The number of the decision that two records (connection/stream/key) are one company, are two, or
    cannot be told; deciding the same again is one decision.

    `seen` is what `store.views.reviews.stamp` said when the person looked: Conflict if it is otherwise now.
    """
    _refuse_unseen(house, left, right, seen)
    decided = _decided(house, left, right, verdict, by, reason)
    with house.store.write() as writer:
        identity.unqueue(writer, left, right)
    return int(decided.ids[0])


def _decided(
    house: House, left: str, right: str, verdict: Verdict, by: str, reason: str | None
) -> Decided:
    if verdict == "same":
        return merge_records(house, (left, right), by, reason)
    return (mark_different if verdict == "different" else unsure)(house, left, right, by, reason)


def _refuse_unseen(house: House, left: str, right: str, seen: str) -> None:
    with house.store.read() as reader:
        one, other = reviews.record(reader, left), reviews.record(reader, right)
    if one is None or other is None:
        raise ConfigError(
            "Одной из двух записей больше нет. Вернитесь к очереди.",
            "One of the two records is gone. Go back to the queue.",
        )
    if reviews.stamp(one, other) != seen:
        raise Conflict(
            "Пока вы смотрели, одна из записей изменилась или перешла в другую компанию. Ничего не решено: откройте пару заново.",
            "While you looked, one of the records changed or moved to another company. Nothing was decided: open the pair again.",
        )
