"""Writing to the ledger of decisions, for good or only to see what would change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flows.house import House
from flows.preview import Changes, Given, changes
from schemas.decisions import DIFFERENT, VALUE, Author, Judgement
from store import decisions
from store.engine import Reader, Writer

Draft = Callable[[Reader], list[Judgement]]
Check = Callable[[Reader], None]


@dataclass(frozen=True, slots=True)
class Decided:
    """`ids` are the decisions that say so now, `written` how many of them are new.

    `changes` is what they would change, if only a preview was asked for.
    """

    ids: Sequence[int] = ()
    written: int = 0
    changes: Changes | None = None


class _OnlyAPreview(Exception):
    """Ends the transaction of a preview."""


def carried_out(house: House, work: Callable[[Writer], Decided], *, preview: bool) -> Decided:
    """The result of `work` in one transaction; in a preview what it would change, and it is taken back."""
    if not preview:
        with house.store.write() as writer:
            return work(writer)
    tried = Decided()
    try:
        with house.store.write() as writer:
            before = Given.of(writer)
            tried = work(writer)
            after = Given.of(writer)
            raise _OnlyAPreview
    except _OnlyAPreview:
        return replace(tried, ids=(), written=0, changes=changes(house, before, after))


def decide(
    house: House, draft: Draft, author: Author, *, preview: bool, unless: Check | None = None
) -> Decided:
    """The judgements of `draft` written down; `unless` may object before, with nobody deciding in between."""

    def work(writer: Writer) -> Decided:
        writer.next("decision", 0)  # its lock lets one person decide at a time
        if unless is not None:
            unless(writer)
        return written(writer, draft(writer), author)

    return carried_out(house, work, preview=preview)


def written(writer: Writer, wanted: Sequence[Judgement], author: Author) -> Decided:
    """The wanted judgements of two records, of which those that stand already are not written again.

    Values said with them are written with them, and not again once they all stand.
    """
    values = [one for one in wanted if one.kind == VALUE]
    wanted = [one for one in wanted if one.kind != VALUE]
    refs = {ref for one in wanted for ref in (one.left[0], one.right[0])}
    judged = decisions.standing(writer, refs).judged
    known = {
        (verdict, *_pair(verdict, left, right)): number
        for number, verdict, left, right in judged.select(
            "id", "verdict", "left_ref", "right_ref"
        ).iter_rows()
    }
    by_key = {_key(one): one for one in reversed(wanted)}
    new = [one for key, one in reversed(by_key.items()) if key not in known]
    ids = decisions.decide(writer, [*new, *values] if new else [], author)
    return Decided([*(known[k] for k in by_key if k in known), *ids], len(ids))


def _key(judged: Judgement) -> tuple[str, str, str]:
    verdict = judged.verdict or ""
    return (verdict, *_pair(verdict, judged.left[0], judged.right[0]))


def _pair(verdict: str, left: str, right: str) -> tuple[str, str]:
    """Who leaves matters only where somebody does."""
    return (left, right) if verdict == DIFFERENT else (min(left, right), max(left, right))
