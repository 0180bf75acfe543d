"""Route: new enquiries go to whom the table in force sends them; each is asked about once."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from config.enquiries import Enquiries, load_enquiries
from config.routing import RoutingTable, load_routing, parse_routing
from flows.enquiries.facts import facts_of, staff_of
from flows.enquiries.routing import routed
from flows.enquiries.sent import named
from flows.enquiries.stage import again
from flows.run import Run
from store import enquiries, routes
from store.clock import utc_now
from store.engine import Reader, Writer
from store.versions import ROUTING

STAGE = "routing"
PORTION = 10_000


def route(run: Run) -> bool:
    """Whether any enquiry was sent to anybody; it goes by portions, each in a transaction of its own."""
    folder = run.house.settings.config_dir
    rules, sent, last = load_enquiries(folder), 0, None
    while (waiting := _portion(run, rules, folder, last)).height:
        sent += waiting.height
        last = waiting.select("began_at", "id").row(-1)
    if sent:
        with run.house.store.write() as writer:
            run.count(writer, STAGE, "", "enquiry", enquiries=sent)
    return sent > 0


def _portion(run: Run, rules: Enquiries, folder: Path, after: routes.Place | None) -> pl.DataFrame:
    """The next of those that nobody has, sent."""
    with run.house.store.read() as reader:
        found = routes.unrouted(reader, after, 1)
    if found.height:
        with run.house.store.write() as writer:
            writer.next("seq", 0)  # its lock lets one route at a time
            found = routes.unrouted(writer, after, PORTION)
            _send(writer, found, rules, folder)
    return found


def route_now(writer: Writer, rules: Enquiries, folder: Path, only: str | None = None) -> int:
    """Send what nobody has yet, or one enquiry anew, in the caller's transaction; how many were sent."""
    writer.next("seq", 0)  # its lock lets one route at a time
    if only is None:
        return _send(writer, routes.unrouted(writer, limit=PORTION), rules, folder)
    row = enquiries.find(writer, only)
    one = enquiries.of_threads(writer, row["threads"] if row else []).filter(pl.col("id") == only)
    if one.height:
        _routed(writer, one, rules, folder)
        # What people decided of it may count over the table: it is assembled of all that is known.
        again(writer, rules, one["threads"].explode().unique().sort().to_list())
    return one.height


def _send(writer: Writer, waiting: pl.DataFrame, rules: Enquiries, folder: Path) -> int:
    """Send enquiries that nobody has: of these nothing else changes, as assembly would tell."""
    if waiting.is_empty():
        return 0
    told = _routed(writer, waiting, rules, folder).select(
        "id", "owner", "unit", pl.col("why").alias("route_why"),
        named(pl.col("version"), pl.col("line")).alias("route"),
    )  # fmt: skip
    sent = waiting.drop("owner", "unit", "route", "route_why").join(
        told, on="id", maintain_order="left"
    )
    enquiries.save(writer, sent.select(waiting.columns))
    return sent.height


def _routed(writer: Writer, waiting: pl.DataFrame, rules: Enquiries, folder: Path) -> pl.DataFrame:
    """What the table says of each of them, which is kept with its first message."""
    now, table = utc_now(), in_force(writer, folder)
    told = routed(facts_of(writer, waiting, rules.working_time), table, staff_of(writer, now))
    version = pl.lit(ROUTING.active(writer).version, pl.Int64)
    anchors = waiting.select(
        "id", "channel", pl.col("threads").list.first().alias("thread"), "message_id"
    )
    found = anchors.join(told, on="id", maintain_order="left").with_columns(
        version.alias("version")
    )
    routes.add(writer, found.select(*(n for n in routes.ROUTE if n != "at")), now)
    return found


def in_force(reader: Reader, folder: Path) -> RoutingTable:
    """The table of the version in force; that of the configuration if none was ever chosen."""
    return table_of(reader, folder, ROUTING.active(reader).version)


def table_of(reader: Reader, folder: Path, version: int) -> RoutingTable:
    """The table of a version that is known."""
    found = ROUTING.of(reader, version)
    return parse_routing(found.lines) if found else load_routing(folder)
