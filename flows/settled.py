"""One fate per key of a portion: several versions of a record may have landed since the last run.

The last accepted version is the record; a refusal counts only if it is the last word. So the answer does
not depend on how landed batches are cut into portions (design law 5), and a typo in the newest version
leaves the last good one standing while it waits in quarantine.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from mappings.reading import LANDING_ID, LANDING_ROW
from mappings.verdict import Mapped
from schemas.records import KEY

_PLACE = ["landing_id", "landing_row"]


@dataclass(frozen=True, slots=True)
class Settled:
    """What to store of a portion. `accepted` are keys whose last version passed or was left out.

    `dropped` are keys of which nothing stands after a version the mapping leaves out: their records go.
    `canonical` and `ignored` count rows, each from the table it stands in: with the rejects they must
    come to the rows read, or something was lost on the way.
    """

    records: pl.DataFrame
    rejects: pl.DataFrame
    accepted: pl.Series
    dropped: pl.Series
    canonical: int
    ignored: int

    def dropped_in(self, connection: str, stream: str) -> pl.DataFrame:
        """The dropped keys as (connection, stream, key)."""
        return pl.DataFrame({"key": self.dropped}).select(
            pl.lit(connection).alias("connection"), pl.lit(stream).alias("stream"), "key"
        )


def settled(rows: pl.DataFrame, mapped: Mapped) -> Settled:
    """The fates of the keys in `rows`, of which `mapped` is the mapping's answer."""
    versions = rows.select(
        pl.col(KEY).alias("key"),
        pl.col(LANDING_ID).alias("landing_id"),
        pl.col(LANDING_ROW).alias("landing_row"),
    ).with_row_index("nth")
    if not versions["key"].is_duplicated().any():
        left_out = mapped.ignored["key"]
        accepted = pl.concat([mapped.records["key"], left_out])
        return Settled(
            mapped.records,
            mapped.rejects,
            accepted,
            left_out,
            mapped.records.height,
            mapped.ignored.height,
        )
    return _of_several_versions(versions, mapped)


def _of_several_versions(versions: pl.DataFrame, mapped: Mapped) -> Settled:
    last = versions.unique("key", keep="last", maintain_order=True)
    numbered = mapped.records.join(versions.drop("key"), on=_PLACE, how="left").sort("nth")
    judged = pl.concat([mapped.records.select(_PLACE), mapped.rejects.select(_PLACE)])
    out = (
        versions.join(judged, on=_PLACE, how="anti")
        .group_by("key")
        .agg(pl.col("nth").max().alias("out"))
    )
    standing = (
        numbered.unique("key", keep="last", maintain_order=True)
        .join(out, on="key", how="left", maintain_order="left")
        .filter(pl.col("out").is_null() | (pl.col("nth") > pl.col("out")))
        .drop("nth", "out")
    )
    current = mapped.records.join(last, on=_PLACE, how="semi")
    rejects = mapped.rejects.join(last, on=_PLACE, how="semi")
    refused = mapped.rejects.height - rejects.height
    return Settled(
        records=standing,
        rejects=rejects,
        accepted=last.join(rejects, on=_PLACE, how="anti")["key"],
        dropped=out.join(standing, on="key", how="anti").sort("key")["key"],
        canonical=current.height,
        ignored=mapped.ignored.height + mapped.records.height - current.height + refused,
    )
