"""The second person: confirms what another proposed, or declines it; nobody confirms his own."""

from __future__ import annotations

import polars as pl

from flows.clusters import split
from flows.house import House
from flows.judge import Answered, judge
from schemas.decisions import DIFFERENT, SAME
from schemas.errors import Conflict, KanonError
from store import decisions, desk, proposals


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
    with house.store.write() as writer:
        if not proposals.answer(writer, number, "running", by):
            raise _answered()
    return Answered() if act.kind == "bulk" else finish(house, number)


def finish(house: House, number: int) -> Answered:
    """Decide what was confirmed; after a kill in between, the same again. If it cannot be, it waits again."""
    with house.store.read() as reader:
        act = proposals.one(reader, number)
    if act is None or act.state != "running" or act.kind == "bulk":
        return Answered()
    done = Answered()
    try:
        done = _done(house, act)
    except KanonError:
        if not _stands(house, act):
            with house.store.write() as writer:
                proposals.reopen(writer, number)
            raise
    with house.store.write() as writer:
        proposals.move(writer, number, "running", "done")
    return done


def decline(house: House, number: int, by: str, reason: str | None) -> None:
    """It shall not be done: the pair waits again. One's own proposal may be taken back so, too."""
    act = _waiting(house, number)
    with house.store.write() as writer:
        if not proposals.answer(writer, number, "declined", by, reason):
            raise _answered()
        if act.kind == "pair":
            desk.take_back(writer, act.body["left"], act.body["right"])


def _done(house: House, act: proposals.Proposal) -> Answered:
    body = act.body
    if act.kind == "pair":
        return judge(
            house, body["left"], body["right"], "same", act.author, act.reason, body["seen"],
            picks=body["picks"],
        )  # fmt: skip
    return split(house, body["golden_id"], body["refs"], act.author, act.reason, body["version"])


def _stands(house: House, act: proposals.Proposal) -> bool:
    """Whether it was decided already, before a kill."""
    body = act.body
    wanted = SAME if act.kind == "pair" else DIFFERENT
    refs = [body["left"], body["right"]] if act.kind == "pair" else body["refs"]
    with house.store.read() as reader:
        judged = decisions.standing(reader).judged.filter(verdict=wanted)
    sides = [pl.col(f"{side}_ref").is_in(refs) for side in ("left", "right")]
    found = judged.filter(sides[0] & sides[1] if act.kind == "pair" else sides[0])
    return not found.is_empty()


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
