"""Random histories of inserts, edits, deletes, decisions and withdrawals, and what must hold after each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random

import polars as pl
from sqlalchemy import select

from flows import decide
from schemas.errors import ConfigError, Conflict
from store.tables import decision, decision_record, withdrawal
from tests.flows.judged import Judged, inn, ref

Step = tuple[int, int, int]
KEYS = 7
NAMES = ("ООО Ромашка", "АО Вектор", "ООО Прибор")
KPP = ("770101001", "770201001", None)


def random_steps(seed: int, n: int) -> list[Step]:
    """A history drawn from a seed."""
    draw = Random(seed)  # noqa: S311  a test's dice
    return [(draw.randrange(12), draw.randrange(100), draw.randrange(100)) for _ in range(n)]


@dataclass
class History:
    """`hub` lives through everything; `twin` through all but the decisions."""

    hub: Judged
    twin: Judged
    seen: set[str] = field(default_factory=set)
    refused: int = 0

    def live(self, steps: Iterable[Step]) -> None:
        """Go through the steps; every third is followed by a settling."""
        for key in range(KEYS):
            self._put(key, key, key)
        self.settle()
        for number, (what, a, b) in enumerate(steps):
            try:
                self._acts()[what % len(self._acts())](a, b)
            except (Conflict, ConfigError):
                self.refused += 1  # a refusal is an answer, and changes nothing
            if number % 3 == 2:
                self.settle()
        self.settle()

    def settle(self) -> None:
        """Match, merge and publish in both."""
        self.hub.settle()
        self.twin.settle()
        self.seen |= set(self.hub.bearers().values())

    def _acts(self) -> list[Callable[[int, int], object]]:
        merge, house = decide.merge_records, self.hub.house
        return [
            lambda a, b: self._put(a, a, b),
            lambda a, b: self._put(a, b, a),
            lambda a, _: self._put(a, a, a, deleted=True),
            lambda a, b: merge(house, [self._id(a), self._id(b)], "s"),
            lambda a, b: merge(house, [self._ref(a), self._ref(b)], "s"),
            lambda a, b: merge(house, [self._id(a), self._id(b), self._id(a + b)], "s"),
            lambda a, _: decide.drop_member(house, self._id(a), self._ref(a), "s"),
            lambda a, b: decide.mark_different(house, self._ref(a), self._ref(b), "s"),
            lambda a, b: decide.mark_different(house, self._id(a), self._id(b), "s"),
            lambda a, b: decide.set_value(house, self._id(a), "name", f"Имя {b}", "s"),
            lambda a, _: self._withdraw(a),
            lambda a, b: decide.unsure(house, self._ref(a), self._ref(b), "s"),
        ]

    def _put(self, key: int, one: int, other: int, *, deleted: bool = False) -> None:
        number = one % 4
        row = {
            "key": f"k{key % KEYS}",
            "name": NAMES[other % 3],
            "name_core": NAMES[other % 3].split()[1].lower(),
            "legal_form": NAMES[other % 3].split()[0],
            "inn": inn(number) if number else None,
            "kpp": KPP[other % 3] if number else None,
            "phones": [f"+7495000000{other % 5}"],
            "deleted": deleted,
        }
        for house in (self.hub, self.twin):
            house.put(row, settled=False)

    def _ref(self, number: int) -> str:
        return ref(f"k{number % KEYS}")

    def _id(self, number: int) -> str:
        ids = sorted(self.hub.bearers().items())
        return ids[number % len(ids)][1] if ids else "nobody"

    def _withdraw(self, number: int) -> None:
        rows = self.hub.ledger()["decision_id"].sort().to_list()
        if rows:
            decide.withdraw(self.hub.house, rows[number % len(rows)], "s")


def assert_obeyed(hub: Judged) -> None:
    """No company has two INN; whom decisions keep apart is apart, whom they join is one unless vetoed."""
    parties = hub.records("party").filter(~pl.col("deleted"))
    bearers = hub.bearers()
    held: dict[str, set[str]] = {}
    for key, number in parties.drop_nulls("inn").select("key", "inn").iter_rows():
        held.setdefault(bearers[key], set()).add(number)
    assert all(len(found) == 1 for found in held.values()), "two INN in one company"
    placed = [
        (verdict, *(bearers[side.split("/", 2)[2]] for side in pair))
        for _, verdict, *pair in hub.in_force().iter_rows()
    ]
    apart = {frozenset(ids) for verdict, *ids in placed if verdict == "different"}
    assert all(len(pair) == 2 for pair in apart), "one company of two that are different"
    for verdict, one, other in placed:
        if verdict == "same" and one != other:
            two_inn = len(held.get(one, set()) | held.get(other, set())) > 1
            assert two_inn or {one, other} in apart, f"{one} and {other} are not one company"


def assert_ids_resolve(history: History) -> None:
    """Law 8: every id ever given leads to a living one, or its records are all gone."""
    living = set(history.hub.golden()["id"])
    assert set(history.hub.bearers().values()) == living
    for golden_id in history.seen:
        end = history.hub.resolve(golden_id)
        assert end is not None
        assert end in living or end not in set(history.hub.bearers().values())


def assert_feed_tells_the_same(hub: Judged) -> None:
    """Whoever applied every event has exactly the living companies."""
    copy: set[str] = set()
    for event in hub.told():
        if event["op"] in ("created", "changed", "split"):
            copy.add(event["golden_id"])
        else:
            copy.discard(event["golden_id"])
        if event["op"] == "split":
            assert event["new_ids"]
    assert copy == set(hub.golden()["id"])


def assert_from_scratch_is_the_same(hub: Judged, fresh: Judged) -> None:
    """Law 4: a store that only ever saw the last records and the decisions holds the same."""
    with hub.store.read() as reader:
        tables = [(t, reader.frame(select(t))) for t in (decision, decision_record, withdrawal)]
    with fresh.store.write() as writer:
        for table, frame in tables:
            writer.append(table, frame)
    rows = hub.records("party").drop("hash", "seq").to_dicts()
    fresh.put(*rows)
    assert fresh.together() == hub.together()
    assert fresh.anonymous() == hub.anonymous()


def assert_undone_is_as_never_done(history: History) -> None:
    """Law 3: with all decisions withdrawn, ids and golden rows are those of the twin."""
    for number in history.hub.ledger()["decision_id"].to_list():
        decide.withdraw(history.hub.house, number, "s")
    history.settle()
    one, other = history.hub.everything(), history.twin.everything()
    for name, frame in other.items():
        assert one[name].equals(frame), f"{name} differs"


def assert_second_settling_writes_nothing(hub: Judged) -> None:
    """Law 2: nothing new, nothing written."""
    before, end = hub.everything(), hub.feed_end()
    hub.settle()
    assert hub.feed_end() == end
    assert all(hub.everything()[name].equals(frame) for name, frame in before.items())
