"""Stored golden equals recomputed golden, whatever was removed or re-trusted (design, stage merge)."""

from __future__ import annotations

import polars as pl
import pytest

from connectors.files.source import Files
from flows.merge import golden_frames, ingredients
from flows.sync import settle
from store import golden
from tests.flows.site import Site


def assert_recomputed(site: Site) -> None:
    """Every golden frame, computed anew, equals the active stored rows."""
    with site.store.read() as reader:
        for entity, frame in golden_frames(ingredients(reader), site.house.trust).items():
            stored = golden.load(reader, entity, active=True)
            assert frame.sort("id").equals(stored.select(frame.columns).sort("id")), entity


def test_a_record_left_out_by_a_new_mapping_leaves_golden_too(light_site: Site) -> None:
    assert_recomputed(light_site)
    changed = light_site.override(
        "ebs", "contact_points", {"skip": {"CONTACT_POINT_TYPE": ["EMAIL"]}}
    )
    outcomes = changed.refresh()
    assert all(outcome.error is None for outcome in outcomes.values())
    assert_recomputed(changed)
    with changed.store.read() as reader:
        mails = golden.load(reader, "contact_point", active=True).filter(pl.col("kind") == "email")
    assert not mails["sources"].list.join(" ").str.contains("ebs/contact_points").any()


def test_a_changed_trust_order_is_applied_at_the_next_settling(light_site: Site) -> None:
    with light_site.store.read() as reader:
        before = golden.load(reader, "legal_entity", active=True)
    trusted = light_site.configure("files", trust="registry")
    settle(trusted.house)
    assert_recomputed(trusted)
    with trusted.store.read() as reader:
        after = golden.load(reader, "legal_entity", active=True)
    assert not after.equals(before)


def test_a_foreign_error_of_one_source_leaves_the_others_alone(
    light_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception nobody foresaw ends its own connection only, and its text is not shown."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("ИНН 7707083893")

    monkeypatch.setattr(Files, "read", broken)
    outcomes = light_site.refresh()
    error = outcomes.pop("files").error
    assert error is not None
    assert "7707083893" not in error.ru + error.en + error.detail
    assert all(outcome.error is None for outcome in outcomes.values())
