"""Laws 2, 3, 4, 6 and 8 on random histories of records, decisions and withdrawals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import Store
from tests.flows import history as law
from tests.flows.history import History, Step, random_steps
from tests.flows.judged import Judged, empty_house, judged_over
from tests.support.examples import examples

_STEP = st.tuples(st.integers(0, 11), st.integers(0, 99), st.integers(0, 99))


def _lived(hub: Judged, twin: Judged, fresh: Judged, steps: Sequence[Step]) -> None:
    history = History(hub, twin)
    history.live(steps)
    law.assert_obeyed(hub)
    law.assert_ids_resolve(history)
    law.assert_feed_tells_the_same(hub)
    law.assert_second_settling_writes_nothing(hub)
    law.assert_from_scratch_is_the_same(hub, fresh)
    law.assert_undone_is_as_never_done(history)
    law.assert_ids_resolve(history)
    law.assert_feed_tells_the_same(hub)


@settings(
    max_examples=examples(3),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(_STEP, min_size=4, max_size=9))
def test_laws_hold_on_any_history(sqlite_template: Path, steps: list[Step]) -> None:
    with (
        empty_house(sqlite_template) as hub,
        empty_house(sqlite_template) as twin,
        empty_house(sqlite_template) as fresh,
    ):
        _lived(hub, twin, fresh, steps)


@pytest.mark.both_engines
@pytest.mark.parametrize("seed", [1])
def test_laws_hold_on_a_long_history_on_both_databases(
    store: Store, sqlite_template: Path, tmp_path: Path, seed: int
) -> None:
    with empty_house(sqlite_template) as twin, empty_house(sqlite_template) as fresh:
        _lived(judged_over(store, tmp_path), twin, fresh, random_steps(seed, 18))
