"""Tables of routing as versions: proposed, tried on past enquiries, put in force by a second person, brought back."""

from __future__ import annotations

from typing import Any

import polars as pl

from config.enquiries import load_enquiries
from config.routing import RoutingTable, parse_routing
from flows.enquiries.facts import facts_of, staff_of
from flows.enquiries.route import in_force, table_of
from flows.enquiries.routing import NONE, routed
from flows.house import House
from schemas.errors import ConfigError, Conflict
from store import routes, routing
from store.clock import utc_now
from store.engine import Reader, Writer
from store.routing import Version

TRIED = 10_000
_SHOWN = 20


def propose(house: House, table: RoutingTable, by: str, reason: str | None) -> int:
    """Keep a table as a new version; its number. ConfigError if it is the one in force, or asks nonsense."""
    folder = house.settings.config_dir
    table.refuse_unknown_topics([topic.name for topic in load_enquiries(folder).topics])
    with house.store.write() as writer:
        if table == in_force(writer, folder):
            raise ConfigError(
                "Ничего не изменено: эта таблица уже действует.",
                "Nothing is changed: this table is in force.",
            )
        return routing.add(writer, table.model_dump_json(exclude_defaults=True), by, reason)


def activate(house: House, number: int, by: str, *, four_eyes: bool = True) -> None:
    """A version is in force from now on. Conflict if it is settled, or if its author asks alone."""
    with house.store.write() as writer:
        found = version(writer, number)
        if four_eyes and found.author == by:
            raise Conflict(
                "Таблицу включает второй человек, а эту предложили вы. Попросите коллегу.",
                "A second person puts a table in force, and this one is your own. Ask a colleague.",
            )
        _settle(writer, found, routing.ACTIVATED, by)
        routing.put_in_force(writer, number, by, found.reason)


def drop(house: House, number: int, by: str) -> None:
    """A proposal is put aside; Conflict if it is settled already."""
    with house.store.write() as writer:
        _settle(writer, version(writer, number), routing.DROPPED, by)


def back(house: House, by: str, seen: int, reason: str | None) -> None:
    """The table before the one in force is in force again; nothing if another than `seen` is by now."""
    with house.store.write() as writer:
        writer.next("routing_active", 0)  # its lock lets one person choose at a time
        earlier = routing.before(writer)
        if earlier is not None and routing.active(writer).id == seen:
            routing.put_in_force(writer, earlier.version, by, reason, restores=earlier.id)


def version(reader: Reader, number: int) -> Version:
    """The version of a number; ConfigError if there is none."""
    found = routing.of(reader, number)
    if found is None:
        raise ConfigError(
            f"Редакции {number} таблицы маршрутов нет. Все – на странице «Маршруты».",
            f"There is no version {number} of the routing table. All are on the page Routing.",
        )
    return found


def _settle(writer: Writer, found: Version, state: str, by: str) -> None:
    if not routing.settle(writer, found.id, state, by):
        raise Conflict(
            f"По редакции {found.id} уже решил {found.settled_by}. Обновите страницу.",
            f"{found.settled_by} has settled version {found.id} already. Reload the page.",
        )


def tried(house: House, number: int, limit: int = TRIED) -> dict[str, Any]:
    """What a version would have done with past enquiries, against the table in force; nothing is written.

    Whose load was least then is not known any more, so targets are compared and not members of a pool.
    """
    folder = house.settings.config_dir
    with house.store.read() as reader:
        draft = parse_routing(version(reader, number).lines)
        now = table_of(reader, folder, routing.active(reader).version)
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
