"""Ten thousand merges withdrawn whole, a death between deciding and matching, and order that does not matter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from flows import decide
from flows.identify import identify, world_of
from schemas.errors import ConfigError, Conflict
from store import Store, checkpoints, decisions
from tests.flows.judged import Judged, inn, judged_over, ref


@pytest.fixture
def hub(store: Store, tmp_path: Path) -> Judged:
    """An empty house."""
    return judged_over(store, tmp_path)


def _pairs(n: int) -> list[dict[str, str]]:
    named = [
        {"key": f"a{i}", "name": f"ООО Альфа{i}", "name_core": f"альфа{i}", "inn": inn(i + 1)}
        for i in range(n)
    ]
    return [
        *named,
        *({"key": f"b{i}", "name": f"Бета{i}", "name_core": f"бета{i}"} for i in range(n)),
    ]


def test_thousands_of_merges_are_withdrawn_whole(hub: Judged) -> None:
    n = 3_000
    hub.put(*_pairs(n))
    before, ids = hub.everything(), hub.bearers()
    groups = [[ids[f"a{i}"], ids[f"b{i}"]] for i in range(n)]
    assert decide.merge_batch(hub.house, groups, "robot", "night").written == n
    hub.settle()
    assert len(hub.together()) == n
    assert decide.withdraw_batch(hub.house, "night", "steward").written == n
    hub.settle()
    after = hub.everything()
    assert all(after[name].equals(frame) for name, frame in before.items())
    ops = Counter(event["op"] for event in hub.told())
    assert ops == {"created": 3 * n, "merged": n, "split": n, "changed": n}


def test_a_batch_with_one_refusal_writes_nothing(hub: Judged) -> None:
    hub.put(*_pairs(3))
    ids = hub.bearers()
    with pytest.raises(Conflict):
        decide.merge_batch(
            hub.house, [[ids["a0"], ids["b0"]], [ids["a1"], ids["a2"]]], "r", "night"
        )
    with pytest.raises(ConfigError):
        decide.withdraw_batch(hub.house, "night", "steward")
    assert hub.ledger().is_empty()


def test_a_chain_inside_one_batch_cannot_bring_two_inn_together(hub: Judged) -> None:
    hub.put(*_pairs(2))
    ids = hub.bearers()
    with pytest.raises(Conflict, match=inn(1)):
        decide.merge_batch(
            hub.house, [[ids["a0"], ids["b0"]], [ids["b0"], ids["a1"]]], "r", "night"
        )


class _Killed(BaseException):
    """A process that ends without a word."""


def test_a_death_between_deciding_and_matching_loses_nothing(
    hub: Judged, open_again: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decision is committed; whoever settles next acts on it, once."""
    hub.put(*_pairs(2))
    ids = hub.bearers()
    decide.merge_records(hub.house, [ids["a0"], ids["b0"]], "steward")

    def dies(*_: object, **__: object) -> bool:
        raise _Killed

    with monkeypatch.context() as patched:
        patched.setattr(checkpoints, "put", dies)
        with pytest.raises(_Killed):
            hub.settle()
    assert hub.bearers() == ids, "half a matching is none"
    again = Judged(replace(hub.house, store=open_again()))
    again.settle()
    assert again.of("b0") == again.of("a0") == ids["a0"]
    end = again.feed_end()
    again.settle()
    assert again.feed_end() == end


def test_order_of_rows_changes_nothing(hub: Judged) -> None:
    """Law 5: shuffled records, links and ids give the same bytes under the same decisions."""
    hub.put(*_pairs(6))
    ids = hub.bearers()
    decide.merge_records(hub.house, [ids["a0"], ids["b0"], ids["b1"]], "steward")
    decide.mark_different(hub.house, ref("a2"), ref("b2"), "steward")
    with hub.store.read() as reader:
        world, said = world_of(reader), decisions.in_force(reader)
    straight = identify(world, said)
    for seed in range(3):
        mixed = replace(
            world,
            records={
                e: f.sample(fraction=1, shuffle=True, seed=seed) for e, f in world.records.items()
            },
            links={
                e: f.sample(fraction=1, shuffle=True, seed=seed) for e, f in world.links.items()
            },
            ledger=world.ledger.sample(fraction=1, shuffle=True, seed=seed),
        )
        found = identify(mixed, said.sample(fraction=1, shuffle=True, seed=seed))
        for entity, one in straight.items():
            assert found[entity].links.equals(one.links)
            for level, succession in one.successions.items():
                assert found[entity].successions[level].ids.equals(succession.ids)
                assert found[entity].successions[level].moved.equals(succession.moved)
