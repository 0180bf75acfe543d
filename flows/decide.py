"""The door through which judgements enter: what is same, what is different, which value is right.

Nothing is merged here. A judgement is written down, and the next settling acts on it. Deciding the same
again is one decision; `preview` tells what would change and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from flows.decide_value import release_value, set_value
from flows.decide_who import Group, Who, refuse_outdated, refuse_two_inn
from flows.house import House
from flows.judgements import Ties, joining, one_already, parting, refuse_self
from flows.ledger import Check, Decided, Draft, carried_out, decide
from schemas.decisions import DIFFERENT, SAME, SPLIT_OFF, UNSURE, VALUE, Author, Judgement
from schemas.errors import ConfigError, Conflict
from store import decisions
from store.engine import Reader, Writer

__all__ = [
    "Decided", "different_batch", "drop_member", "mark_different", "merge_batch", "merge_records", "release_value",
    "set_value", "split_off", "unsure", "withdraw", "withdraw_batch",
]  # fmt: skip


def merge_records(
    house: House,
    who: Sequence[str],
    by: str,
    reason: str | None = None,
    *,
    expected_version: Mapping[str, int] | None = None,
    values: Mapping[str, str] | None = None,
    preview: bool = False,
    unless: Check | None = None,
) -> Decided:
    """These companies (golden ids) or records (refs), two or more, are one legal entity.

    `values` are what the one company is to be called and the like (field → value), said in the same act.
    For `unless` see `flows.ledger.decide`.
    Conflict if two valid INN would meet, if they are one already, or if a company is not of the version
    in `expected_version` (id → version); ConfigError for an unknown id.
    """
    author = Author(by, reason=reason)
    draft = _merging([list(who)], expected_version)
    return decide(house, _with_values(draft, values or {}), author, preview=preview, unless=unless)


def merge_batch(
    house: House,
    groups: Sequence[Sequence[str]],
    by: str,
    batch: str,
    reason: str | None = None,
    *,
    preview: bool = False,
) -> Decided:
    """Many merges at once, which `withdraw_batch` takes back whole; refused whole if one is refused."""
    author = Author(by, "batch", reason, batch)
    return decide(house, _merging([list(group) for group in groups], None), author, preview=preview)


def split_off(
    house: House,
    golden_id: str,
    refs: Sequence[str],
    by: str,
    reason: str | None = None,
    *,
    expected_version: Mapping[str, int] | None = None,
    preview: bool = False,
) -> Decided:
    """These records of a company are another legal entity: one, all together."""

    def draft(reader: Reader) -> list[Judgement]:
        refuse_outdated(reader, expected_version)
        found = Who(reader, [golden_id, *refs])
        company = found.group(golden_id)
        strange = [ref for ref in refs if found.group(ref).golden_id != company.golden_id]
        if strange:
            raise Conflict(
                f"Запись {strange[0]} не входит в {golden_id}. Посмотрите, в какой она компании сейчас.",
                f"Record {strange[0]} is not part of {golden_id}. Look which company it is in now.",
            )
        return parting(_ties(reader, [company]), company, sorted(set(refs)), SPLIT_OFF)

    return decide(house, draft, Author(by, reason=reason), preview=preview)


def drop_member(
    house: House,
    golden_id: str,
    ref: str,
    by: str,
    reason: str | None = None,
    *,
    expected_version: Mapping[str, int] | None = None,
    preview: bool = False,
) -> Decided:
    """One record of a company does not belong there."""
    return split_off(
        house, golden_id, [ref], by, reason, expected_version=expected_version, preview=preview
    )


def mark_different(
    house: House,
    left: str,
    right: str,
    by: str,
    reason: str | None = None,
    *,
    preview: bool = False,
    unless: Check | None = None,
) -> Decided:
    """Two companies or records are never to be one; of records that are one now, the left one leaves."""

    def draft(reader: Reader) -> list[Judgement]:
        found = Who(reader, [left, right])
        ties = _ties(reader, [found.group(left), found.group(right)])
        return _apart(ties, found, left, right)

    return decide(house, draft, Author(by, reason=reason), preview=preview, unless=unless)


def different_batch(
    house: House, pairs: Sequence[tuple[str, str]], by: str, batch: str, reason: str | None = None
) -> Decided:
    """Many pairs are never one, which `withdraw_batch` takes back whole; refused whole if one is refused."""

    def draft(reader: Reader) -> list[Judgement]:
        every = [ref for pair in pairs for ref in pair]
        found = Who(reader, every)
        ties = _ties(reader, [found.group(one) for one in every])
        return [
            replace(one, act=number)
            for number, pair in enumerate(pairs)
            for one in _apart(ties, found, *pair)
        ]

    return decide(house, draft, Author(by, "batch", reason, batch), preview=False)


def _standing(reader: Reader, groups: Sequence[Group]) -> decisions.Standing:
    """What was judged about the records of these companies."""
    return decisions.standing(reader, {ref for one in groups for ref in (*one.refs, *one.members)})


def _ties(reader: Reader, groups: Sequence[Group]) -> Ties:
    return Ties(_standing(reader, groups))


def _apart(ties: Ties, found: Who, left: str, right: str) -> list[Judgement]:
    one, other = found.group(left), found.group(right)
    if one.golden_id != other.golden_id:
        joined = ties.between(one.members, other.members, SAME)
        cut = [Judgement(DIFFERENT, (a,), (b,), DIFFERENT) for a, b in joined]
        return [Judgement(DIFFERENT, one.refs, other.refs, DIFFERENT), *cut]
    if one.refs == other.refs or len(one.refs) > 1:
        raise one_already(left, right)
    own = replace(other, members=other.members | {other.refs[0]})
    return parting(ties, own, list(one.refs), DIFFERENT)


def unsure(
    house: House,
    left: str,
    right: str,
    by: str,
    reason: str | None = None,
    *,
    unless: Check | None = None,
) -> Decided:
    """Nobody can tell now: the pair leaves the queue until one of the two records changes."""

    def draft(reader: Reader) -> list[Judgement]:
        found = Who(reader, [left, right])
        one, other = found.group(left), found.group(right)
        if one.refs[0] == other.refs[0]:
            raise one_already(left, right)
        return [Judgement(UNSURE, one.refs[:1], other.refs[:1], UNSURE)]

    return decide(house, draft, Author(by, reason=reason), preview=False, unless=unless)


def withdraw(
    house: House, decision_id: int, by: str, reason: str | None = None, *, preview: bool = False
) -> Decided:
    """Take back a decision and all that was decided in the same act; what was joined comes apart again."""
    missing = ConfigError(
        f"Решения {decision_id} нет. Список: kanon decisions.",
        f"There is no decision {decision_id}. List them with kanon decisions.",
    )
    return _withdraw(
        house, lambda r: decisions.of_act(r, decision_id), by, reason, missing, preview
    )


def withdraw_batch(
    house: House, batch: str, by: str, reason: str | None = None, *, preview: bool = False
) -> Decided:
    """Take back a whole batch of decisions."""
    missing = ConfigError(
        f"Пакета решений «{batch}» нет. Список: kanon decisions.",
        f"There is no batch of decisions called {batch}. List them with kanon decisions.",
    )
    return _withdraw(house, lambda r: decisions.of_batch(r, batch), by, reason, missing, preview)


def _withdraw(
    house: House,
    chosen: Callable[[Reader], list[int]],
    by: str,
    reason: str | None,
    missing: ConfigError,
    preview: bool,
) -> Decided:
    author = Author(by, reason=reason)

    def work(writer: Writer) -> Decided:
        ids = chosen(writer)
        if not ids:
            raise missing
        gone = decisions.withdraw(writer, ids, author)
        return Decided(gone, len(gone))

    return carried_out(house, work, preview=preview)


def _with_values(draft: Draft, values: Mapping[str, str]) -> Draft:
    """The same judgements, and the values the merged company is to have."""

    def more(reader: Reader) -> list[Judgement]:
        made = draft(reader)
        refs = tuple(dict.fromkeys(ref for one in made[:1] for ref in (*one.left, *one.right)))
        return [*made, *(Judgement(VALUE, refs, field=f, value=v) for f, v in values.items())]

    return more


def _merging(acts: Sequence[Sequence[str]], expected: Mapping[str, int] | None) -> Draft:
    def draft(reader: Reader) -> list[Judgement]:
        refuse_outdated(reader, expected)
        found = Who(reader, [one for act in acts for one in act])
        groups = [[found.group(one) for one in act] for act in acts]
        standing = _standing(reader, [group for act in groups for group in act])
        same = standing.judged.filter(verdict=SAME).select("left_ref", "right_ref")
        stands = {frozenset(pair) for pair in same.iter_rows()}
        for act in groups:
            refuse_self(act, stands)
        refuse_two_inn(reader, found, groups)
        ties = Ties(standing)
        return [one for n, act in enumerate(groups) for one in joining(ties, act, n)]

    return draft
