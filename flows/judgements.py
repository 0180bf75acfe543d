"""Which judgements of two records say that companies are one, or that records leave their company."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AnySet

from flows.decide_who import Group
from schemas.decisions import DIFFERENT, SAME, Judgement, Kind
from schemas.errors import Conflict
from store.decisions import Standing


def refuse_self(act: Sequence[Group], stands: set[frozenset[str]]) -> None:
    """Conflict if a merge names one company twice; `stands` are pairs already judged to be the same."""
    if len({group.refs[0] for group in act}) < 2:
        raise one_already(act[0].asked, act[-1].asked)
    for group in act[1:]:
        decided = frozenset({act[0].refs[0], group.refs[0]}) in stands
        records = len(group.refs) == 1 and len(act[0].refs) == 1
        if group.golden_id == act[0].golden_id and not decided and not records:
            raise one_already(act[0].asked, group.asked)


def one_already(left: str, right: str) -> Conflict:
    """Nothing to tell apart or to merge."""
    return Conflict(
        f"{left} и {right} уже одна компания. Назовите две разные компании или две записи подключение/поток/ключ.",
        f"{left} and {right} are one company already. Name two companies, or two records as connection/stream/key.",
    )


def joining(ties: Ties, act: Sequence[Group], number: int) -> list[Judgement]:
    """Each group is the same as the first; what kept any two of them apart is judged anew."""
    first = act[0]
    made = [Judgement(SAME, first.refs, group.refs, SAME, act=number) for group in act[1:]]
    for place, one in enumerate(act):
        for other in act[place + 1 :]:
            if one.golden_id != other.golden_id:
                apart = ties.between(one.members, other.members, DIFFERENT)
                made += [Judgement(SAME, (a,), (b,), SAME, act=number) for a, b in apart]
    return made


def parting(ties: Ties, company: Group, refs: Sequence[str], kind: Kind) -> list[Judgement]:
    """`refs` leave the company and stay together; the rest stays together without them."""
    leaving = set(refs)
    rest = [ref for ref in company.refs if ref not in leaving]
    rest += sorted(company.members - leaving - set(rest))
    if not rest:
        raise Conflict(
            "Отделить можно часть записей компании, а названы все. Оставьте хотя бы одну.",
            "Some records of a company can be split off, not all of them. Leave at least one.",
        )
    stays = rest[0]
    crossing = ties.between(leaving, set(rest), SAME)
    held = sorted({b for _, b in crossing if b in company.members} - {stays})
    inside = [ref for ref in refs if ref != refs[0]]
    return [
        *(Judgement(kind, (ref,), tuple(rest), DIFFERENT) for ref in refs),
        *(Judgement(kind, (a,), (b,), DIFFERENT) for a, b in crossing if b != stays),
        *(Judgement(kind, (stays,), (ref,), SAME) for ref in held),
        *(Judgement(kind, (refs[0],), (ref,), SAME) for ref in inside),
    ]


class Ties:
    """Which living records judgements in force join or keep apart, found by either record."""

    def __init__(self, standing: Standing) -> None:
        self._by_ref: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
        columns = ("verdict", "left_ref", "right_ref", "left_first", "right_first")
        for verdict, left, right, one, other in standing.living.select(columns).iter_rows():
            self._by_ref.setdefault((verdict, left), []).append((right, one, other))
            self._by_ref.setdefault((verdict, right), []).append((left, other, one))

    def between(
        self, some: AnySet[str], others: AnySet[str], verdict: str
    ) -> list[tuple[str, str]]:
        """Pairs so judged between two sets of records, the ref of `some` first.

        A pair one record of which stands for a deleted one is named twice: as it is, and as it was judged.
        """
        found = {
            pair
            for ref in some
            for other, first, its_first in self._by_ref.get((verdict, ref), ())
            if other in others
            for pair in ((ref, other), (first, its_first))
        }
        return sorted(found)
