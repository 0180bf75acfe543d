"""Where the table of routing sent enquiries, laid over what messages tell; what people decide is laid over it."""

from __future__ import annotations

import polars as pl

from store.routes import ROUTE


def with_routes(enquiries: pl.DataFrame, parts: pl.DataFrame, routes: pl.DataFrame) -> pl.DataFrame:
    """`enquiries` with owner, unit, route, route_why and sent_at by the last of their `routes`.

    A route is tied to a message; the enquiry that has the message has the route.
    """
    homes = parts.select(
        "channel", pl.col("told_thread").alias("thread"), "message_id", pl.col("id").alias("home")
    )
    told = routes.select("id", *ROUTE).sort("id").rename({"id": "number"})
    last = (
        told.join(homes, on=["channel", "thread", "message_id"])
        .unique("home", keep="last", maintain_order=True)
        .select(
            pl.col("home").alias("id"), "owner", "unit",
            named(pl.col("version"), pl.col("line")).alias("route"), pl.col("why").alias("route_why"),
            pl.col("at").alias("sent_at"),
        )
    )  # fmt: skip
    empty = pl.lit([], pl.List(pl.String()))
    return enquiries.join(last, on="id", how="left", maintain_order="left").with_columns(
        pl.col("route_why").fill_null(empty)
    )


def named(version: pl.Expr, line: pl.Expr) -> pl.Expr:
    """A version's line as enquiries bear it: 3/2; line 0 stands for none."""
    return pl.format("{}/{}", version, line)
