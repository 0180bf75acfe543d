"""Matching what changed gives what matching everything gives: links, ids, pairs and the snapshot (law 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from sqlalchemy import select

from dedup.rules import RULES_VERSION
from flows import decide, match_part, merge_part
from flows.similar import STAGE, matched
from flows.sync import settle
from schemas.errors import ConfigError, Conflict
from schemas.records import Cursor
from store import Store, canonical, checkpoints, snapshots
from store import identity as identities
from store.tables import change, golden, identity, link, review_pair, run_count
from tests.flows.judged import Judged, empty_house, inn, judged_over, ref
from tests.support.engines import IS_THOROUGH


@pytest.fixture(autouse=True)
def however_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts are matched and merged in bases of any size."""
    for module in (match_part, merge_part):
        monkeypatch.setattr(module, "LEAST", 0)


NAMES = ("Ромашка", "Вектор", "Северсталькомплект", "Вектор Плюс", "Vektor", "Иванов Иван Иванович")
STREETS = ("Москва, ул. Ленина, 5", "Москва, ул. Мира, 7, оф. 2", "Тверь, Советская ул.", None)
HOUSES = ("77|москва|ленина|5|", "77|москва|мира|7|2", None, None)
REGIONS = ("77", "77", "69", None)
KPP = ("770101001", "770201001", "770250001", None)


def record(draw: Random, key: int, keys: int, *, deleted: bool = False) -> dict[str, Any]:
    """A counterparty that shares something with many others."""
    name, place = draw.choice(NAMES), draw.randrange(len(STREETS))
    number = draw.randrange(keys) if draw.random() < 0.5 else None
    human = name.startswith("Иванов")
    abroad = draw.random() < 0.05
    return {
        "key": f"k{key:03}",
        "name": f"ООО «{name}»",
        "full_name": draw.choice((None, f"Общество с ограниченной ответственностью «{name}»")),
        "name_core": name.lower(),
        "legal_form": None if human else draw.choice(("ООО", "АО", None)),
        "kind": draw.choice(("person", None)) if human else draw.choice(("organization", None)),
        "inn": None if number is None else inn(number),
        "claimed_inn": inn(draw.randrange(keys))[:-1] + "0" if number is None and draw.random() < 0.2 else None,
        "kpp": draw.choice(KPP),
        "ogrn": f"10277000000{draw.randrange(keys):02}" if draw.random() < 0.3 else None,
        "country": "KZ" if abroad else None,
        "national_number": str(draw.randrange(4)) if abroad else None,
        "phones": [f"+7495000000{draw.randrange(8)}"] if draw.random() < 0.6 else [],
        "emails": [f"a{draw.randrange(6)}@firm{draw.randrange(3)}.example"] if draw.random() < 0.4 else [],
        "legal_address": STREETS[place],
        "address_key": HOUSES[place],
        "region": REGIONS[place],
        "branch": "Тверь" if draw.random() < 0.1 else None,
        "head_key": f"k{draw.randrange(keys):03}" if draw.random() < 0.05 else None,
        "merged_into": f"k{draw.randrange(keys):03}" if draw.random() < 0.05 else None,
        "deleted": deleted,
    }  # fmt: skip


def settled(hub: Judged) -> dict[str, int]:
    """Match, merge and publish; the run's counts of counterparties."""
    run_id = settle(hub.house)
    with hub.store.read() as reader:
        counts = reader.frame(select(run_count).where(run_count.c.run_id == run_id))
    own = counts.filter(stage=STAGE, stream="party")
    return dict(own.select("name", "value").iter_rows())


def forget(hub: Judged) -> None:
    """As if nothing had been left to match a part by."""
    with hub.store.read() as reader:
        name = snapshots.current(reader, STAGE)
    for file in (snapshots.folder(hub.store.landing) / str(name)).glob("facts.json"):
        file.unlink()
    with hub.store.write() as writer:
        checkpoints.forget(writer, "merge", "", "")


def told(hub: Judged) -> dict[str, pl.DataFrame]:
    """Links, ids, pairs, golden records and the feed; `seq` and the like tell when, not what."""
    tables = (link, identity, review_pair, *golden.values(), change)
    when = ("seq", "at", "run_id", "pos")
    with hub.store.read() as reader:
        frames = {t.name: reader.frame(select(t)).drop(when, strict=False) for t in tables}
    born = frames["identity"]["born"].rank("dense")
    frames["identity"] = frames["identity"].with_columns(born.alias("born"))
    return {name: frame.sort(frame.columns) for name, frame in frames.items()}


def snapshot(hub: Judged) -> dict[str, Any]:
    with hub.store.read() as reader:
        base = matched(reader, RULES_VERSION)
    assert base is not None
    arrays = {name: array.tolist() for name, array in base.arrays().items()}
    return {**arrays, "spans": base.spans}


def noted_rules(hub: Judged) -> tuple[object, object]:
    """What the last match noted of how many links each rule found, and what there is."""
    with hub.store.read() as reader:
        noted = checkpoints.get(reader, STAGE, "party", "", name="by_rule")
        found = identities.by_rule(reader, "party")
        rules = {f"rule_{rule}": n for rule, n in found.items()}
        return noted and noted.value, {"links": identities.position(reader), **rules}


def assert_same(part: Judged, whole: Judged, which: object = None) -> None:
    """Both hubs say the same of everything."""
    one, other = told(part), told(whole)
    for name, frame in other.items():
        assert one[name].equals(frame), f"{name} differs: {which}"
    assert snapshot(part) == snapshot(whole), f"the snapshots differ: {which}"
    noted, there = noted_rules(part)
    assert noted == there


Act = Callable[[Judged], object]


def random_act(draw: Random, keys: int) -> Act:
    """A decision, a withdrawal, or some edits, the same for any hub of equal records."""
    what = draw.random()
    one, other = (ref(f"k{draw.randrange(keys):03}") for _ in range(2))
    if what < 0.1:
        return lambda hub: decide.merge_records(hub.house, [one, other], "s")
    if what < 0.2:
        return lambda hub: decide.mark_different(hub.house, one, other, "s")
    if what < 0.25:
        return lambda hub: decide.unsure(hub.house, one, other, "s")
    if what < 0.3:
        number = draw.random()
        return lambda hub: withdraw(hub, number)
    if what < 0.5:
        return random_part(draw, keys)
    rows = {
        key: record(draw, key, keys, deleted=draw.random() < 0.15)
        for key in draw.sample(range(keys), k=min(keys, draw.randrange(1, 5)))
    }
    return lambda hub: hub.put(*rows.values(), settled=False)


def random_part(draw: Random, keys: int) -> Act:
    """A person, a contact, an address, an item or a value set by hand comes, changes or goes."""
    key, owner, what = (
        f"x{draw.randrange(6)}",
        f"parties:k{draw.randrange(keys):03}",
        draw.randrange(5),
    )
    row: dict[str, Any] = {"key": key, "deleted": draw.random() < 0.2}
    name = draw.choice(("Иван", "Пётр", None))
    if what == 0:
        row |= {"party_key": owner, "last_name": "Иванов", "first_name": name, "name": "Иванов"}
        return lambda hub: hub.put(row, settled=False, entity="person")
    point = draw.choice((owner, f"people:x{draw.randrange(6)}"))
    if what == 1:
        row |= {"owner_key": point, "kind": "phone", "value": f"+7495000000{draw.randrange(8)}"}
        return lambda hub: hub.put(row, settled=False, entity="contact_point")
    if what == 2:
        row |= {"owner_key": owner, "kind": "actual", "text": draw.choice(("Тверь", "Омск"))}
        return lambda hub: hub.put(row, settled=False, entity="address")
    if what == 3:
        row |= {
            "article": draw.choice(("A1", "B2", None)),
            "manufacturer": "Завод",
            "name": name or "-",
        }
        return lambda hub: hub.put(row, settled=False, entity="item")
    number, value = draw.random(), draw.choice(("Имя", "+74950000001"))
    field = "phones" if value.startswith("+") else "name"
    return lambda hub: decide.set_value(hub.house, some_id(hub, number), field, value, "s")


def some_id(hub: Judged, number: float) -> str:
    ids = sorted(hub.golden()["id"])
    return ids[int(number * len(ids))] if ids else "nobody"


def withdraw(hub: Judged, number: float) -> None:
    rows = hub.ledger()["decision_id"].sort().to_list()
    if rows:
        decide.withdraw(hub.house, rows[int(number * len(rows))], "s")


def parting_act(draw: Random, keys: int) -> Act:
    """Mostly a decision that parts a company, or its withdrawal."""
    number = draw.random()
    if draw.random() < 0.4:
        return lambda hub: part_some(hub, number)
    if draw.random() < 0.2:
        return lambda hub: withdraw(hub, number)
    return random_act(draw, keys)


def part_some(hub: Judged, number: float) -> None:
    """Two records of one company are of two."""
    with hub.store.read() as reader:
        links = reader.frame(select(link).where(link.c.entity == "party"))
    refs = links.select(
        "golden_id", ref=pl.concat_str("connection", "stream", "key", separator="/")
    )
    several = (
        refs.group_by("golden_id").agg(pl.col("ref").sort()).filter(pl.col("ref").list.len() > 1)
    )
    groups = several["ref"].sort().to_list()
    if groups:
        one, *_, other = groups[int(number * len(groups))]
        decide.mark_different(hub.house, one, other, "s")


def live(
    part: Judged, whole: Judged, seed: int, keys: int, acts: int,
    choose: Callable[[Random, int], Act] = random_act,
) -> list[dict[str, int]]:  # fmt: skip
    """Both hubs live through the same; one may match in part, the other has to match everything."""
    draw = Random(seed)  # noqa: S311  a test's dice
    first = [record(draw, key, keys) for key in range(keys) if draw.random() < 0.7]
    for hub in (part, whole):
        hub.put(*first, settled=False)
        settled(hub)
    counts = []
    for number in range(acts):
        act = choose(draw, keys)
        for hub in (part, whole):
            with suppress(Conflict, ConfigError):  # a refusal is an answer, and changes nothing
                act(hub)
        forget(whole)
        counts.append(settled(part))
        settled(whole)
        assert_same(part, whole, (seed, number, counts[-1]))
    return counts


@pytest.fixture
def hubs(sqlite_template: Path) -> Iterator[tuple[Judged, Judged]]:
    with empty_house(sqlite_template) as part, empty_house(sqlite_template) as whole:
        yield part, whole


@pytest.mark.parametrize("seed", range(3) if IS_THOROUGH else [1])
def test_a_part_gives_what_the_whole_gives(hubs: tuple[Judged, Judged], seed: int) -> None:
    counts = live(*hubs, seed, keys=8 + 10 * (seed % 3), acts=6)
    assert any("matched_anew" in told for told in counts)


@pytest.mark.parametrize("seed", range(4) if IS_THOROUGH else [2])
def test_so_it_is_where_decisions_part_companies(hubs: tuple[Judged, Judged], seed: int) -> None:
    counts = live(*hubs, seed, keys=10 + 8 * (seed % 3), acts=8, choose=parting_act)
    assert not any(name.startswith("whole_") for told in counts for name in told if told)


@pytest.mark.both_engines
@pytest.mark.parametrize("seed", [11])
def test_so_it_is_on_both_databases(
    store: Store, sqlite_template: Path, tmp_path: Path, seed: int
) -> None:
    with empty_house(sqlite_template) as whole:
        live(judged_over(store, tmp_path), whole, seed, keys=14, acts=6)


def alike(hub: Judged) -> list[list[int]]:
    """The pairs the next match begins with."""
    with hub.store.read() as reader:
        base = matched(reader, RULES_VERSION)
    assert base is not None
    return [row[len(("a", "b", "left", "right")) :] for row in base.pairs.tolist()]


def firm(key: str, name: str, **told: Any) -> dict[str, Any]:
    body = {"name": name, "name_core": name.lower(), "legal_form": "ООО"}
    return {"key": key, **body, **told}


# What the two records share that this test is about, by how many carry it before and after.
CROSSINGS: dict[str, tuple[int, dict[str, Any]]] = {
    "a phone of two": (2, {"phones": ["+74950000001"]}),
    "a phone of twenty, no block any more": (20, {"phones": ["+74950000001"]}),
    "a mailbox of five": (5, {"emails": ["a@firm.example"]}),
    "a house of three": (3, {"address_key": "77|москва|мира|7|", "region": "77"}),
}


@pytest.mark.parametrize("what", sorted(CROSSINGS))
def test_who_shares_what_others_came_to_share_is_compared_again_and_back(
    hubs: tuple[Judged, Judged], what: str
) -> None:
    part, whole = hubs
    carriers, shared = CROSSINGS[what]
    pair = [firm("a1", "Ромашка Юг", **shared), firm("a2", "Ромашка Юг", **shared)]
    others = [firm(f"b{n:02}", f"Фирма {n} ная", **shared) for n in range(carriers)]
    for hub in hubs:
        hub.put(*pair, *others[:-1])
    before = alike(part)
    for last in (others[-1], {**others[-1], "deleted": True}, others[-1]):
        for hub in hubs:
            hub.put(last, settled=False)
        forget(whole)
        told = settled(part)
        settled(whole)
        assert_same(part, whole, what)
        assert told["compared_anew"] > 2
        assert (alike(part) == before) == bool(last.get("deleted"))


def test_a_name_that_came_to_be_common_finds_nobody_any_more_and_back(
    hubs: tuple[Judged, Judged],
) -> None:
    part, whole = hubs
    firms = [
        firm(
            f"a{n}", "Северсталькомплект", kpp="690101001", region="69",
            legal_address=f"Тверь, ул. Дальняя, {n}", address_key=f"69|тверь|дальняя|{n}|",
        )
        for n in range(6)
    ]  # fmt: skip
    for hub in hubs:
        hub.put(*firms[:5])
    before = alike(part)
    assert before
    for last in (firms[5], {**firms[5], "deleted": True}):
        for hub in hubs:
            hub.put(last, settled=False)
        forget(whole)
        told = settled(part)
        settled(whole)
        assert_same(part, whole)
        assert told["compared_anew"] > 2
        assert (alike(part) == before) == bool(last.get("deleted"))


def test_a_change_far_from_the_rest_concerns_nobody_else(hubs: tuple[Judged, Judged]) -> None:
    part, _ = hubs
    part.put(*(firm(f"a{n}", f"Фирма {n} ная", inn=inn(n)) for n in range(9)))
    part.put(firm("z", "Заря", inn=inn(77)), settled=False)
    assert settled(part)["matched_anew"] == 1
    end = part.feed_end()
    assert settled(part) == {}
    assert part.feed_end() == end


@pytest.mark.parametrize(
    ("why", "change"),
    [
        ("no_snapshot", forget),
        ("removed", lambda hub: removed(hub, "a1")),
    ],
)
def test_what_cannot_be_told_in_part_is_matched_whole_and_counted(
    hubs: tuple[Judged, Judged], why: str, change: Act
) -> None:
    part, _ = hubs
    part.put(*(firm(f"a{n}", f"Фирма {n} ная", inn=inn(n // 2 * 2)) for n in (1, 2, 3)))
    change(part)
    part.put(firm("z", "Заря", inn=inn(77)), settled=False)
    assert settled(part)[f"whole_{why}"] == 1


def removed(hub: Judged, key: str) -> None:
    """A mapping refuses the record now."""
    keys = pl.DataFrame({"connection": ["erp"], "stream": ["parties"], "key": [key]})
    with hub.store.write() as writer:
        canonical.remove(writer, "party", keys)


def test_what_was_decided_before_is_not_matched_again(hubs: tuple[Judged, Judged]) -> None:
    part, _ = hubs
    part.put(*(firm(f"a{n}", f"Фирма {n} ная", inn=inn(n)) for n in range(9)))
    told = []
    for n in range(0, 6, 2):
        decide.mark_different(part.house, ref(f"a{n}"), ref(f"a{n + 1}"), "s")
        told.append(settled(part)["matched_anew"])
    assert told == [2, 2, 2]
    decide.withdraw(part.house, part.ledger()["decision_id"].min(), "s")
    assert settled(part)["matched_anew"] == 2
    part.put(firm("a3", "Другая", inn=inn(3)), settled=False)
    assert settled(part)["matched_anew"] == 2


def test_a_note_that_does_not_add_up_is_not_gone_by(hubs: tuple[Judged, Judged]) -> None:
    part, _ = hubs
    part.put(*(firm(f"a{n}", f"Фирма {n} ная", inn=inn(n)) for n in range(9)))
    with part.store.write() as writer:
        noted = Cursor({"links": identities.position(writer), "rule_inn": 1})
        checkpoints.put(writer, STAGE, "party", "", noted, name="by_rule")
    part.put(firm("z", "Заря", inn=inn(77)), settled=False)
    assert "matched_anew" in settled(part)
    noted_now, there = noted_rules(part)
    assert noted_now == there


def test_a_small_base_is_matched_whole(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    hub = judged_over(sqlite_store, tmp_path)
    hub.put({"key": "k1", "name": "ООО «Вектор»", "name_core": "вектор", "inn": inn(1)})
    hub.put({"key": "k2", "name": "ООО «Ромашка»", "name_core": "ромашка"}, settled=False)
    assert "whole_small" in settled(hub)
