"""Route: new enquiries go to whom the table in force sends them; each is asked about once."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from config.enquiries import Enquiries, load_enquiries
from config.routing import RoutingTable, load_routing, parse_routing
from flows.enquiries.facts import facts_of, staff_of
from flows.enquiries.routing import routed
from flows.enquiries.stage import again
from flows.run import Run
from store import enquiries, routes
from store.clock import utc_now
from store.engine import Reader, Writer
from store.versions import ROUTING

STAGE = "routing"


def route(run: Run) -> bool:
    """Whether any enquiry was sent to anybody."""
    with run.house.store.read() as reader:
        if routes.unrouted(reader).is_empty():
            return False
    with run.house.store.write() as writer:
        folder = run.house.settings.config_dir
        sent = route_now(writer, load_enquiries(folder), folder)
        run.count(writer, STAGE, "", "enquiry", enquiries=sent)
    return sent > 0


def route_now(writer: Writer, rules: Enquiries, folder: Path, only: str | None = None) -> int:
    """Send what nobody has yet, or one enquiry anew, in the caller's transaction; how many were sent."""
    writer.next("seq", 0)  # its lock lets one route at a time
    waiting = routes.unrouted(writer)
    if only is not None:
        row = enquiries.find(writer, only)
        waiting = enquiries.of_threads(writer, row["threads"]) if row else waiting.clear()
        waiting = waiting.filter(pl.col("id") == only)
    if waiting.is_empty():
        return 0
    now, table = utc_now(), in_force(writer, folder)
    told = routed(facts_of(writer, waiting, rules.working_time), table, staff_of(writer, now))
    version = pl.lit(ROUTING.active(writer).version, pl.Int64)
    anchors = waiting.select(
        "id", "channel", pl.col("threads").list.first().alias("thread"), "message_id"
    )
    found = anchors.join(told, on="id", maintain_order="left").with_columns(
        version.alias("version")
    )
    sent = routes.add(writer, found.select(*(n for n in routes.ROUTE if n != "at")), now)
    again(writer, rules, waiting["threads"].explode().unique().sort().to_list())
    return sent


def in_force(reader: Reader, folder: Path) -> RoutingTable:
    """The table of the version in force; that of the configuration if none was ever chosen."""
    return table_of(reader, folder, ROUTING.active(reader).version)


def table_of(reader: Reader, folder: Path, version: int) -> RoutingTable:
    """The table of a version that is known."""
    found = ROUTING.of(reader, version)
    return parse_routing(found.lines) if found else load_routing(folder)
