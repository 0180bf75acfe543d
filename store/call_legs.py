"""What calls are assembled from: legs and events, those of changed calls with all that belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import polars as pl
from sqlalchemy import ColumnElement, Select, select

from schemas.calls import OF_LEG
from store.by_ref import of_values
from store.engine import Reader
from store.tables import call, canonical

_LEG, _EVENT = canonical["call_leg"], canonical["call_event"]
_LINK = ["connection", "linked"]
_DEVICES = ("caller_device", "called_device")
# Beyond so many steps a chain of transfers is no call of people.
_STEPS = 5
AGENTS = ("agent_joined", "agent_left", "agent_paused", "agent_resumed")
_PAUSES = AGENTS[2:]
_COUNTS = ("agent_counted",)


def legs(reader: Reader) -> pl.DataFrame:
    """Every leg that its switch has not taken back, by `OF_LEG`."""
    return reader.frame(_living())


def events(reader: Reader) -> pl.DataFrame:
    """Every event that its switch has not taken back."""
    return reader.frame(select(_EVENT).where(_EVENT.c.deleted.is_(False)))


def _living() -> Select[tuple[object, ...]]:
    return select(*(_LEG.c[name] for name in OF_LEG)).where(_LEG.c.deleted.is_(False))


def legs_of(reader: Reader, links: pl.DataFrame) -> pl.DataFrame:
    """All legs of some calls (`connection`, `linked`), and of the calls they lead to."""
    found = _of_links(reader, links)
    for _ in range(_STEPS):
        more = _of_links(reader, _beside(reader, found).join(found, on=_LINK, how="anti"))
        if more.is_empty():
            break
        found = pl.concat([found, more])
    return found


def changed(reader: Reader, legs_since: int, events_since: int) -> pl.DataFrame:
    """`connection` and `linked` of calls of which legs or events were written after."""
    own = reader.frame(
        select(_LEG.c.connection, _LEG.c.linked).where(_LEG.c.seq > legs_since).distinct()
    )
    heard = reader.frame(
        select(_EVENT.c.connection, _EVENT.c.linked.label("channel"))
        .where(_EVENT.c.seq > events_since, _EVENT.c.linked.is_not(None))
        .distinct()
    )
    wanted = select(_LEG.c.connection, _LEG.c.linked, _LEG.c.unique.label("channel"))
    channels = heard["channel"].unique().sort().to_list()
    through = of_values(reader, wanted, _LEG.c.unique, channels).join(
        heard, on=["connection", "channel"], how="semi"
    )
    plain = heard.rename({"channel": "linked"})
    paused = _beside_pauses(reader, events_since)
    return pl.concat([own, through.select(_LINK), plain, paused]).unique()


def _beside_pauses(reader: Reader, since: int) -> pl.DataFrame:
    """Calls of the day that a pause which changed may be the work after."""
    moments = reader.frame(
        select(_EVENT.c.connection, _EVENT.c.at).where(
            _EVENT.c.seq > since, _EVENT.c.event.in_(_PAUSES)
        )
    )
    links = select(call.c.connection, call.c.linked)
    if moments.is_empty():
        return reader.frame(links.limit(0))
    first, last = moments.select(pl.col("at").min().alias("a"), pl.col("at").max().alias("b")).row(
        0
    )
    near = call.c.started_at.between(first - timedelta(days=1), last)
    return reader.frame(links.where(near))


def _of_links(reader: Reader, links: pl.DataFrame) -> pl.DataFrame:
    names = links["linked"].drop_nulls().unique().sort().to_list()
    found = of_values(reader, _living(), _LEG.c.linked, names)
    return found.join(links, on=_LINK, how="semi", maintain_order="left")


def _beside(reader: Reader, of: pl.DataFrame) -> pl.DataFrame:
    """Links of legs that share a channel with any of these."""
    devices = pl.concat([of[name] for name in _DEVICES]).drop_nulls().unique().sort()
    own = [name for name in devices.to_list() if "/" in name and not name.startswith("Local/")]
    links = [
        of_values(reader, select(_LEG.c.connection, _LEG.c.linked), _LEG.c[name], own)
        for name in _DEVICES
    ]
    return pl.concat(links).unique()


def events_of(reader: Reader, links: pl.DataFrame, of: pl.DataFrame) -> pl.DataFrame:
    """The events of some calls and their legs, by link or by channel, and every pause."""
    names = (
        pl.concat([links["linked"], of["linked"], of["unique"]])
        .drop_nulls()
        .unique()
        .sort()
        .to_list()
    )
    living = select(_EVENT).where(_EVENT.c.deleted.is_(False))
    return pl.concat(
        [of_values(reader, living, _EVENT.c.linked, names), _of_agents(reader, _PAUSES)]
    )


def agent_events(reader: Reader) -> pl.DataFrame:
    """Every event of agents that is no call's."""
    return _of_agents(reader, (*AGENTS, *_COUNTS))


def _of_agents(reader: Reader, kinds: Sequence[str]) -> pl.DataFrame:
    nobodys: ColumnElement[bool] = _EVENT.c.linked.is_(None)
    return reader.frame(
        select(_EVENT).where(_EVENT.c.deleted.is_(False), nobodys, _EVENT.c.event.in_(list(kinds)))
    )
