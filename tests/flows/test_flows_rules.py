"""Rules are versions: what others would change can be seen, then happens, and can be taken back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from dedup.model import LEVELS, Model, default_model
from flows import decide, rules
from flows.match import match
from flows.rule_file import read_model, written
from flows.rule_sets import active
from flows.run import running
from schemas.errors import ConfigError
from store import Store
from store import rules as rule_sets
from store.tables import rule_link, rule_set
from tests.flows.judged import Judged, inn, judged_over, ref
from tests.support.examples import examples
from tests.support.filled import HubOf
from tests.support.state import assert_same_state, state_of

STEWARD = "steward"
STRICT = replace(default_model(), version="strict", auto=0.999999, review=0.99)
LOOSE = replace(default_model(), version="loose", auto=0.6, review=0.3, margin=0, prior=-300)


def file_of(folder: Path, model: Model) -> Path:
    """A rule set as a file."""
    file = folder / f"{model.version}.json"
    file.write_text(written(model), encoding="utf-8")
    return file


def known(judged: Judged) -> None:
    """A company with an INN and two rows of its name without: one near it, one only by its address."""
    judged.put(
        {"key": "z1", "name": 'ООО "Гранитстрой"', "name_core": "гранитстрой", "legal_form": "ООО",
         "inn": inn(1), "kpp": "770101001", "phones": ["+74950000001"], "region": "77"},
        {"key": "a1", "name": "Гранитстрой", "name_core": "гранитстрой", "phones": ["+74950000001"]},
        {"key": "a2", "name": "Гранитстрой", "name_core": "гранитстрой", "region": "77",
         "emails": ["a2@mail.ru"]},
        {"key": "c1", "name": 'ООО "Вектор"', "name_core": "вектор", "inn": inn(2), "kpp": "770201001"},
        settled=False,
    )  # fmt: skip
    judged.put(
        {"key": "p1", "party_key": "parties:a1", "name": "Иванов Иван", "last_name": "Иванов", "first_name": "Иван"},
        {"key": "p2", "party_key": "parties:z1", "name": "Иванов Иван", "last_name": "Иванов", "first_name": "Иван"},
        entity="person",
    )  # fmt: skip


@pytest.fixture
def hub(hub_of: HubOf) -> Judged:
    return hub_of(known)


@pytest.fixture
def strict_hub(hub: Judged, tmp_path: Path) -> Judged:
    """The same under rules by which a1 and z1 are two companies."""
    switch(hub, file_of(tmp_path, STRICT))
    assert hub.of("a1") != hub.of("z1")
    return hub


def switch(hub: Judged, file: Path) -> None:
    """Activate and settle."""
    assert rules.activate(hub.house, file, STEWARD, "a try").written
    hub.settle()


def go_back(hub: Judged) -> str:
    """Back and settle; the version in force."""
    found = rules.back(hub.house, STEWARD)
    hub.settle()
    return found.version


def living_state(hub: Judged) -> dict[str, pl.DataFrame]:
    """The state without what tells history: the feed, versions, ids that merely lead somewhere."""
    told = state_of(hub.store)
    del told["change"]
    history = ("version", "hash", "origin_id")
    return {
        name: (frame.filter(state="active") if name == "identity" or name.startswith("golden") else frame)
        .drop(history if name.startswith("golden") or name == "identity" else [], strict=False)
        for name, frame in told.items()
    }  # fmt: skip


def rows_of(hub: Judged) -> tuple[int, int]:
    """How many activations and notes of departures there are."""
    with hub.store.read() as reader:
        return tuple(reader.frame(select(t)).height for t in (rule_set, rule_link))  # type: ignore[return-value]  # of two tables


def matched_again(hub: Judged) -> bool:
    """Whether a match finds anything to do."""
    with running(hub.house, "settle", "identity") as run:
        return match(run)


def test_a_diff_tells_what_then_happens_and_writes_nothing(hub: Judged, tmp_path: Path) -> None:
    """Strict rules part a1 from z1; loose ones join them again."""
    for model in (STRICT, LOOSE):
        before, state = hub.bearers(), state_of(hub.store)
        seen = rules.compare(hub.house, model)
        assert_same_state(state_of(hub.store), state)
        switch(hub, file_of(tmp_path, model))
        after = hub.bearers()
        moved = {(ref(k), before[k], after[k]) for k in before if before[k] != after[k]}
        assert set(seen.changes.records.rows()) == moved
        assert moved
        gone = set(before.values()) - set(after.values())
        assert {(r["id"], r["survivor_id"]) for r in seen.merged.to_dicts()} == {
            (i, hub.resolve(i)) for i in gone
        }
        assert set(seen.split["new_id"]) == set(after.values()) - set(before.values())
        counts = {what: n for what, _, n in seen.counts.iter_rows()}
        assert counts["companies"] == len(set(after.values()))
        assert counts["review pairs"] == len(hub.waiting())


def test_a_diff_names_companies(hub: Judged) -> None:
    row = rules.compare(hub.house, STRICT).split.to_dicts()[0]
    assert {row["name"], row["new_name"]} <= {"Гранитстрой", 'ООО "Гранитстрой"'}
    assert row["id"] == hub.of("z1")
    assert row["records"] == 1


def test_the_rules_in_force_change_nothing(hub: Judged) -> None:
    seen = rules.compare(hub.house, replace(default_model(), version="twin"))
    assert seen.changes.nothing
    assert seen.counts["before"].to_list() == seen.counts["after"].to_list()


def test_a_parted_company_keeps_its_id_with_its_inn(hub: Judged, tmp_path: Path) -> None:
    """Also if another record of it is first by key, and the id was drawn from that one."""
    company = hub.of("z1")
    switch(hub, file_of(tmp_path, STRICT))
    assert hub.of("z1") == company
    assert hub.of("a1") != company


def test_back_after_parting_restores_everything(hub: Judged, tmp_path: Path) -> None:
    before = living_state(hub)
    switch(hub, file_of(tmp_path, STRICT))
    assert go_back(hub) == default_model().version
    assert_same_state(living_state(hub), before)


def test_back_after_joining_restores_everything(strict_hub: Judged, tmp_path: Path) -> None:
    """Ids that were merged are given back to the records that had them, with their people."""
    hub, before = strict_hub, living_state(strict_hub)
    gone = hub.of("a1"), hub.of("z1")
    switch(hub, file_of(tmp_path, LOOSE))
    assert hub.of("a1") == hub.of("z1")
    assert go_back(hub) == "strict"
    assert (hub.of("a1"), hub.of("z1")) == gone
    assert_same_state(living_state(hub), before)


def test_every_id_goes_on_answering(hub: Judged, tmp_path: Path) -> None:
    seen: set[str] = set()
    for model in (STRICT, LOOSE):
        seen |= set(hub.bearers().values())
        switch(hub, file_of(tmp_path, model))
    for _ in range(2):
        seen |= set(hub.bearers().values())
        go_back(hub)
    living = set(hub.bearers().values())
    assert all(hub.resolve(one) in living for one in seen)


def test_a_record_that_moved_meanwhile_stays_where_it_is(
    strict_hub: Judged, tmp_path: Path
) -> None:
    """Only what the change of rules did is undone: a1 learned the INN of c1 while other rules were in force."""
    hub = strict_hub
    switch(hub, file_of(tmp_path, LOOSE))
    hub.put(
        {"key": "a1", "name": "Вектор", "name_core": "вектор", "inn": inn(2), "kpp": "770201001"}
    )
    before = hub.bearers()
    assert before["a1"] == before["c1"] != before["z1"]
    go_back(hub)
    assert hub.bearers() == before


def test_decisions_stay_in_force(hub: Judged, tmp_path: Path) -> None:
    """What people said outlives the rules, whichever are active."""
    made = decide.merge_records(hub.house, [ref("z1"), ref("a2")], STEWARD)
    hub.settle()
    for model in (STRICT, LOOSE):
        switch(hub, file_of(tmp_path, model))
        assert hub.of("a2") == hub.of("z1")
    decide.withdraw(hub.house, made.ids[0], STEWARD)
    hub.settle()
    assert hub.of("a2") != hub.of("z1")


def test_a_preview_of_a_decision_goes_by_the_rules_in_force(strict_hub: Judged) -> None:
    hub = strict_hub
    seen = decide.merge_records(hub.house, [hub.of("a2"), hub.of("c1")], STEWARD, preview=True)
    assert seen.changes is not None
    assert seen.changes.records["ref"].to_list() == [ref("a2")]


def test_all_is_matched_again_only_when_the_rules_changed(hub: Judged, tmp_path: Path) -> None:
    file = file_of(tmp_path, STRICT)
    assert not matched_again(hub)
    assert rules.activate(hub.house, file, STEWARD).written
    assert matched_again(hub)
    assert not matched_again(hub)
    assert not rules.activate(hub.house, file, "another").written
    assert not matched_again(hub)
    written_rows = rows_of(hub)
    rules.activate(hub.house, file_of(tmp_path, LOOSE), STEWARD)
    rules.back(hub.house, STEWARD)
    assert not matched_again(hub), "back before anything was matched"
    assert rows_of(hub) == (written_rows[0] + 2, written_rows[1])


def test_back_walks_to_the_shipped_rules_and_no_further(hub: Judged, tmp_path: Path) -> None:
    for model in (STRICT, LOOSE):
        rules.activate(hub.house, file_of(tmp_path, model), STEWARD)
    assert [rules.back(hub.house, STEWARD).version for _ in range(2)] == [
        "strict", default_model().version,
    ]  # fmt: skip
    with pytest.raises(ConfigError, match="before this"):
        rules.back(hub.house, STEWARD)
    with hub.store.read() as reader:
        told = [(one.version, one.author) for one in rule_sets.history(reader)]
        assert active(reader).model == default_model()
    assert told == [(v, STEWARD) for v in (default_model().version, "strict", "loose", "strict")]


def test_one_version_is_one_set(hub: Judged, tmp_path: Path) -> None:
    """A version once used, or shipped, cannot come with other weights."""
    rules.activate(hub.house, file_of(tmp_path, STRICT), STEWARD)
    for model in (
        replace(STRICT, margin=1),
        replace(default_model(), margin=1),
    ):
        with pytest.raises(ConfigError, match=r"\.json: version"):
            rules.activate(hub.house, file_of(tmp_path, model), STEWARD)
    with hub.store.read() as reader:
        assert active(reader).model == STRICT


def _text(**changed: object) -> str:
    told = {**json.loads(written(STRICT)), **changed}
    return json.dumps({k: v for k, v in told.items() if v is not None}, ensure_ascii=False)


def _weights(field: str, **changed: int) -> dict[str, object]:
    told = json.loads(written(STRICT))["weights"]
    return {**told, field: {**told[field], **changed}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not YAML"),
        ("just words", "setting"),
        (_text(version=None), "version"),
        (_text(version=2), "version"),
        (_text(version="a b"), "version"),
        (_text(auto=1.5), "auto"),
        (_text(auto=float("nan")), "auto"),
        (_text(review=0.9999999), "no greater"),
        (_text(margin=-1), "margin"),
        (_text(prior="much"), "prior"),
        (_text(surprise=1), "surprise"),
        (_text(weights={}), "lacks"),
        (_text(weights={**_weights("name"), "colour": {}}), "colour"),
        (_text(weights={**_weights("name"), "okpo": [0, 1]}), "needs 3 weights"),
        (_text(weights=_weights("okpo", near=3)), "near"),
        (_text(weights=_weights("okpo", absent=3)), "put 0"),
        (_text(weights=_weights("okpo", different=4000)), "no less"),
        (_text(weights=_weights("okpo", equal=10**9)), "equal"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_by_name_with_the_cure(
    text: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said) as refused:
        read_model(file)
    assert str(file) in refused.value.ru


def test_a_file_that_is_no_text_or_absent_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"\xff\xfe\x00")
    for name in ("x.json", "none.json"):
        with pytest.raises(ConfigError, match=name):
            read_model(tmp_path / name)


# Levels of a name between silence, the worst and the best.
BETWEEN = len(LEVELS["name"]) - 3


@settings(deadline=None, max_examples=examples(50))
@given(
    prior=st.integers(-5000, 5000),
    margin=st.integers(0, 5000),
    auto=st.floats(0.5, 1, exclude_min=True, exclude_max=True),
    name=st.lists(st.integers(-500, 500), min_size=BETWEEN, max_size=BETWEEN),
)
def test_what_is_written_is_read(prior: int, margin: int, auto: float, name: list[int]) -> None:
    """Any sound rule set survives being a file, as JSON and as YAML with weights in lists."""
    weights = {**default_model().weights, "name": (0, -900, *name, 900)}
    model = Model("1.2-б", prior, weights, auto, auto / 2, margin)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "set.yaml"
        for text in (written(model), yaml.safe_dump(json.loads(model.to_json()))):
            file.write_text(text, encoding="utf-8")
            assert read_model(file) == model


def test_where_nobody_knows_a_number_more_can_be_asked(store: Store, tmp_path: Path) -> None:
    """Two rows of one name and phone are one by themselves, and a question under the stricter rule."""
    hub = judged_over(store, tmp_path)
    told = {"name": "ООО Базальт", "legal_form": "ООО", "name_core": "базальт"}
    phone = {"phones": ["+74952211899"]}
    hub.put(*({"key": key, **told, **phone} for key in ("y1", "y2")))
    assert hub.of("y1") == hub.of("y2")
    strict = replace(default_model(), version="bare", auto_unnumbered=0.9999995)
    switch(hub, file_of(tmp_path, strict))
    assert hub.of("y1") != hub.of("y2")
    assert {frozenset({"y1", "y2"})} == {pair for _, pair in hub.waiting()}


def test_a_company_a_person_judged_can_ask_for_more(hub: Judged, tmp_path: Path) -> None:
    """Once somebody judged z1, what comes later is joined to it by a person only; what was there stays."""
    strict = replace(default_model(), version="kept", auto_confirmed=0.9999995)
    switch(hub, file_of(tmp_path, strict))
    assert hub.of("a1") == hub.of("z1"), "nobody has judged yet"
    decide.merge_records(hub.house, [ref("z1"), ref("a2")], STEWARD)
    hub.settle()
    same = {"name": "Гранитстрой", "name_core": "гранитстрой", "phones": ["+74950000001"]}
    hub.put({"key": "late", **same})
    assert hub.of("a2") == hub.of("z1")
    assert hub.of("late") != hub.of("z1")
    assert "late" in {key for _, pair in hub.waiting() for key in pair}


def test_a_case_that_asks_for_less_is_refused(tmp_path: Path) -> None:
    for case in ("auto_unnumbered", "auto_confirmed"):
        told = json.loads(written(replace(default_model(), version="lax")))
        file = tmp_path / f"{case}.json"
        file.write_text(json.dumps(told | {case: 0.9}), encoding="utf-8")
        with pytest.raises(ConfigError, match=case):
            read_model(file)
        file.write_text(json.dumps(told | {case: 0.999}), encoding="utf-8")
        assert json.loads(written(read_model(file))) == told | {case: 0.999}
