"""Canonical messages told in short, without the way through landing and mapping."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from schemas.content import content_hash
from schemas.entities import columns, content_columns

MONDAY = datetime(2026, 11, 16, 6, tzinfo=UTC)
DAY = 24 * 60
REQUEST = "Просим выставить счёт на швеллер 20П 12 метров и балку 30Б1, доставка в Тулу"


def message(number: int, minutes: float = 0, **told: Any) -> dict[str, Any]:
    """An inbound Telegram message `number` of connection `s`, sent so many minutes after Monday 9:00."""
    return {
        "connection": "s", "stream": "m", "key": str(number), "landing_id": 1, "landing_row": number,
        "mapping_version": "1", "issues": [], "deleted": False, "channel": "telegram",
        "direction": "inbound", "nature": "message", "thread": "1", "message_id": f"m{number:04d}",
        "sent_at": MONDAY + timedelta(minutes=minutes), **told,
    }  # fmt: skip


def canonical_messages(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """The messages as records with `hash`."""
    kinds = columns("message")
    full = [{name: row.get(name) for name in kinds} for row in rows]
    frame = pl.DataFrame(full, schema=kinds)
    lists = [name for name, kind in kinds.items() if isinstance(kind, pl.List)]
    frame = frame.with_columns(pl.col(lists).fill_null(pl.lit([], pl.List(pl.String()))))
    return frame.with_columns(content_hash(frame.schema, content_columns("message")).alias("hash"))


def a_week(dice: random.Random, count: int) -> list[dict[str, Any]]:
    """Messages of a few people by several ways, some doubled, moved and deleted."""
    words = ["цена на трубу", "где машина", REQUEST, REQUEST]
    return [
        message(
            n, dice.randrange(7 * DAY),
            channel=dice.choice(["telegram", "email", "form"]), thread=str(dice.randrange(20)),
            message_id=f"m{n - dice.randrange(2):04d}",
            direction=dice.choice(["inbound", "inbound", "outbound"]),
            nature=dice.choice(["message"] * 5 + ["service", "auto_reply"]),
            sender_phone=dice.choice([None, "+79160000001", "+79160000002"]),
            body=dice.choice(words), deleted=dice.random() < 0.1,
            moved_to=str(dice.randrange(20)) if dice.random() < 0.05 else None,
        )
        for n in range(count)
    ]  # fmt: skip
