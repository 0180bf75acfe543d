"""An alert is taken note of by somebody, for a time or for good, until it begins anew or that is taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from schemas.errors import ConfigError
from store import Store, acknowledged, alerts, journal
from store.alerts import Finding

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATE = ("late", "erp")
SOON = timedelta(hours=1)


@pytest.fixture
def troubled(store: Store) -> Store:
    with store.write() as writer:
        alerts.observe(writer, [Finding(*LATE, "опаздывает", "late")], NOW - SOON)
    return store


def noted(store: Store, now: datetime | None = None) -> dict[tuple[str, str], acknowledged.Noted]:
    with store.read() as reader:
        return acknowledged.of_notices(reader, alerts.every(reader), now)


def test_who_took_note_when_and_why_is_told(troubled: Store) -> None:
    assert noted(troubled) == {}
    with troubled.write() as writer:
        acknowledged.acknowledge(writer, LATE, "anna", "чинят", None)
    one = noted(troubled)[LATE]
    assert (one.who, one.why, one.until) == ("anna", "чинят", None)
    with troubled.read() as reader:
        assert journal.check(reader).broken == 0


def test_what_is_put_off_comes_back_by_itself(troubled: Store) -> None:
    until = datetime.now(UTC) + timedelta(days=1)
    with troubled.write() as writer:
        acknowledged.acknowledge(writer, LATE, "anna", None, until)
    assert noted(troubled)[LATE].until == until
    assert noted(troubled, until + SOON) == {}


def test_it_can_be_taken_back_and_done_again(troubled: Store) -> None:
    with troubled.write() as writer:
        acknowledged.acknowledge(writer, LATE, "anna", None, None)
        acknowledged.reopen(writer, LATE, "boris")
    assert noted(troubled) == {}
    with troubled.write() as writer:
        acknowledged.acknowledge(writer, LATE, "boris", None, None)
    assert noted(troubled)[LATE].who == "boris"


def test_a_trouble_that_begins_anew_is_nobodys(troubled: Store) -> None:
    with troubled.write() as writer:
        acknowledged.acknowledge(writer, LATE, "anna", None, None)
        alerts.observe(writer, [], NOW)
    later = datetime.now(UTC) + SOON
    with troubled.write() as writer:
        alerts.observe(writer, [Finding(*LATE, "опаздывает", "late")], later)
    assert noted(troubled) == {}


def test_there_must_be_such_an_alert(store: Store) -> None:
    with store.write() as writer, pytest.raises(ConfigError):
        acknowledged.acknowledge(writer, LATE, "anna", None, None)
