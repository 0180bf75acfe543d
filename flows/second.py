"""The second person: confirms what another proposed, or declines it; nobody confirms his own."""

from __future__ import annotations

from flows.clusters import split
from flows.house import House
from flows.judge import Answered, judge
from schemas.errors import Conflict
from store import desk, proposals


def confirm(house: House, number: int, by: str) -> Answered:
    """Do what was proposed, in the name of who proposed it; an act in bulk is under way then.

    Conflict for one's own proposal, for one answered before, and if the records changed since.
    """
    act = _waiting(house, number)
    if act.author == by:
        raise Conflict(
            "Своё предложение подтверждает другой человек. Попросите коллегу.",
            "Another person must confirm your proposal. Ask a colleague.",
        )
    done = _done(house, act)
    with house.store.write() as writer:
        state: proposals.State = "running" if act.kind == "bulk" else "done"
        if not proposals.answer(writer, number, state, by):
            raise _answered()
    return done


def decline(house: House, number: int, by: str, reason: str | None) -> None:
    """It shall not be done: the pair waits again. One's own proposal may be taken back so, too."""
    act = _waiting(house, number)
    with house.store.write() as writer:
        if not proposals.answer(writer, number, "declined", by, reason):
            raise _answered()
        if act.kind == "pair":
            desk.move(writer, act.body["left"], act.body["right"], desk.WAITING)


def _done(house: House, act: proposals.Proposal) -> Answered:
    """Decide; a repeated attempt after a kill finds the same decision."""
    body = act.body
    if act.kind == "pair":
        return judge(
            house, body["left"], body["right"], "same", act.author, act.reason, body["seen"],
            picks=body["picks"],
        )  # fmt: skip
    if act.kind == "split":
        return split(
            house, body["golden_id"], body["refs"], act.author, act.reason, body["version"]
        )
    return Answered()


def _waiting(house: House, number: int) -> proposals.Proposal:
    with house.store.read() as reader:
        act = proposals.one(reader, number)
    if act is None:
        raise Conflict(f"Предложения {number} нет.", f"There is no proposal {number}.")
    if act.state != "waiting":
        raise _answered()
    return act


def _answered() -> Conflict:
    return Conflict(
        "На это предложение уже ответили. Обновите страницу.",
        "This proposal has been answered already. Reload the page.",
    )
