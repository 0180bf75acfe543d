"""Tables of routing proposed as versions (`flows.versions`) and tried on past enquiries."""

from __future__ import annotations

from typing import Any

import polars as pl

from config.enquiries import load_enquiries
from config.routing import RoutingTable, parse_routing
from flows.enquiries.facts import facts_of, staff_of
from flows.enquiries.people import with_known_targets
from flows.enquiries.route import in_force, table_of
from flows.enquiries.routing import NONE, routed
from flows.house import House
from flows.versions import refuse_outdated, version
from schemas.errors import ConfigError
from store import routes
from store.clock import utc_now
from store.versions import ROUTING

TRIED = 10_000
_SHOWN = 20


def propose(
    house: House, table: RoutingTable, by: str, reason: str | None, seen: int | None = None
) -> int:
    """Keep a table as a new version; its number.

    ConfigError if it is the one in force, asks nonsense or sends to somebody the directory has never known. Conflict if
    another is in force than at the time `seen`.
    """
    folder = house.settings.config_dir
    table.refuse_unknown_topics([topic.name for topic in load_enquiries(folder).topics])
    table.refuse_no_words()
    with house.store.write() as writer:
        refuse_outdated(writer, ROUTING, seen)
        now = in_force(writer, folder)
        table = with_known_targets(writer, table, now)
        if table == now:
            raise ConfigError(
                "Ничего не изменено: эта таблица уже действует.",
                "Nothing is changed: this table is in force.",
            )
        return ROUTING.add(writer, table.model_dump_json(exclude_defaults=True), by, reason)


def tried(house: House, number: int, limit: int = TRIED) -> dict[str, Any]:
    """What a version would have done with past enquiries, against the table in force; nothing is written.

    Whose load was least then is not known any more, so targets are compared and not members of a pool.
    """
    folder = house.settings.config_dir
    with house.store.read() as reader:
        draft = parse_routing(version(reader, ROUTING, number).lines)
        now = table_of(reader, folder, ROUTING.active(reader).version)
        past = routes.newest(reader, limit)
        facts = facts_of(reader, past, load_enquiries(folder).working_time)
        staff = staff_of(reader, utc_now(), counted=False)
    old, new = (routed(facts, table, staff) for table in (now, draft))
    empty = [n for n, line in enumerate(draft.lines, 1) if not staff.can_take(line.to)]
    return {**compared(past, old, new), "empty": empty}


def compared(past: pl.DataFrame, old: pl.DataFrame, new: pl.DataFrame) -> dict[str, Any]:
    """How many enquiries two tables send elsewhere, from whom to whom, which lines fit, and examples."""
    both = old.join(new, on="id", suffix="_new").with_columns(
        pl.col("target", "target_new").fill_null("none")
    )
    moved = both.filter(pl.col("target") != pl.col("target_new"))
    ways = moved.group_by("target", "target_new").agg(pl.len().alias("count"))
    about = past.select("id", "began_at", "channel", "topic")
    shown = moved.select("id", "target", "target_new", "line", "line_new", "why_new").head(_SHOWN)
    return {
        "total": both.height,
        "moved": moved.height,
        "unfit": new.filter(pl.col("line") == NONE).height,
        "ways": ways.sort("count", "target", "target_new", descending=[True, False, False])
        .head(_SHOWN).to_dicts(),
        "lines": new.group_by("line").agg(pl.len().alias("count")).sort("line").to_dicts(),
        "examples": shown.join(about, on="id", maintain_order="left").to_dicts(),
    }  # fmt: skip
