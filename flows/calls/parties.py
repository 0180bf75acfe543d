"""Who stands at the two ends of a leg: a colleague by his extension, or somebody outside."""

from __future__ import annotations

import polars as pl

# SIP/301-0000001d, Local/600@queue-00a1;2, PJSIP/client1-00000002
_PEER = r"^[^/]+/([^;]*?)(?:-[0-9a-fA-F]{8})?(?:;[12])?$"
_DIALLED = r"([0-9]+)@"
_OUTSIDE = r"^\+?[0-9]{5,}$"
_LOCAL = "Local/"


def parties(legs: pl.DataFrame, internal: str) -> pl.DataFrame:
    """`legs` with `ext_a` and `ext_b` (null for somebody outside), `reached` and `outward`.

    `reached` are legs that rang somebody: a service or a machine has no second device, and a Local
    channel only repeats what the leg behind it tells. `internal` is the pattern of extensions.
    """
    inside = f"^(?:{internal})$"
    peers = legs.with_columns(
        pl.col(f"{side}_device").str.extract(_PEER).alias(f"peer_{side}")
        for side in ("caller", "called")
    )
    rung = pl.col("called_device").is_not_null() | pl.col("agent").is_not_null()
    through_local = pl.col("called_device").str.starts_with(_LOCAL).fill_null(value=False)
    ends = peers.with_columns(
        _caller(inside).alias("ext_a"),
        pl.when(rung).then(_called(inside)).alias("ext_b"),
        (rung & ~through_local).alias("reached"),
    )
    far = pl.col("called").str.contains(_OUTSIDE) & ~pl.col("called").str.contains(inside)
    away = pl.col("called_phone").is_not_null() | far
    said = pl.col("direction") == "outbound"
    outward = pl.when(pl.col("direction").is_null()).then(pl.col("ext_b").is_null() & away)
    return ends.with_columns(
        outward.otherwise(said).fill_null(value=False).alias("outward"),
    ).drop("peer_caller", "peer_called")


def with_talk(legs: pl.DataFrame) -> pl.DataFrame:
    """`legs` of known parties with `talked`: a person's device answered for at least a second.

    A document tells that somebody talked and when, and no length or channel: its word is all there is.
    """
    length = pl.col("ended_at") - pl.col("answered_at")
    noted = (
        pl.col("answered_at").is_null()
        & (pl.col("started_at") == pl.col("ended_at"))
        & pl.col("direction").is_not_null()
        & pl.col("caller_device").is_null()
        & pl.col("called_device").is_null()
    )
    lasted = pl.col("reached") & (length >= pl.duration(seconds=1))
    talked = (pl.col("outcome") == "answered") & (lasted | noted)
    return legs.with_columns(talked.fill_null(value=False).alias("talked"))


def _caller(inside: str) -> pl.Expr:
    """An extension by the device, by the number, or a device that is called like its user."""
    peer, number = pl.col("peer_caller"), pl.col("caller")
    named = pl.when((peer == number) & ~number.str.contains(_OUTSIDE)).then(number)
    return pl.coalesce(_if_inside(peer, inside), _if_inside(number, inside), named)


def _called(inside: str) -> pl.Expr:
    """An extension by the device; by what was dialled through another switch; by the number."""
    peer, data = pl.col("peer_called"), pl.col("application_data")
    beyond = pl.when(data.str.contains("@" + peer, literal=True)).then(data.str.extract(_DIALLED))
    dialled = pl.col("called")
    return pl.coalesce(
        "agent", _if_inside(peer, inside), _if_inside(beyond, inside), _if_inside(dialled, inside)
    )


def _if_inside(number: pl.Expr, inside: str) -> pl.Expr:
    return pl.when(number.str.contains(inside)).then(number)
