"""One fate per key of a portion: several versions of a record may have landed since the last run.

The last accepted version is the record; a refusal counts only if it is the last word. So the answer does
not depend on how landed batches are cut into portions (design law 5), and a typo in the newest version
leaves the last good one standing while it waits in quarantine.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from mappings.verdict import Mapped
from schemas.records import KEY
from store.landing import LANDING_ID, LANDING_ROW

_PLACE = ["landing_id", "landing_row"]


@dataclass(frozen=True, slots=True)
class Settled:
    """What to store of a portion. `accepted` are keys whose last version passed or was left out.

    `dropped` are keys whose last version the mapping leaves out: their records go.
    `canonical` counts the keys that end as a record by their last version.
    """

    records: pl.DataFrame
    rejects: pl.DataFrame
    accepted: pl.Series
    dropped: pl.Series
    canonical: int

    def dropped_in(self, connection: str, stream: str) -> pl.DataFrame:
        """The dropped keys as (connection, stream, key)."""
        return pl.DataFrame({"key": self.dropped}).select(
            pl.lit(connection).alias("connection"), pl.lit(stream).alias("stream"), "key"
        )


def settled(rows: pl.DataFrame, mapped: Mapped) -> Settled:
    """The fates of the keys in `rows`, of which `mapped` is the mapping's answer."""
    last = rows.select(
        pl.col(KEY).alias("key"),
        pl.col(LANDING_ID).alias("landing_id"),
        pl.col(LANDING_ROW).alias("landing_row"),
    )
    latest = last.unique("key", keep="last", maintain_order=True)
    if latest.height == last.height:
        left_out = mapped.ignored["key"]
        accepted = pl.concat([mapped.records["key"], left_out])
        return Settled(mapped.records, mapped.rejects, accepted, left_out, mapped.records.height)
    records = mapped.records.sort(_PLACE).unique("key", keep="last", maintain_order=True)
    current = records.join(latest, on=_PLACE, how="semi")
    rejects = mapped.rejects.join(latest, on=_PLACE, how="semi")
    left_out = latest.join(current, on=_PLACE, how="anti").join(rejects, on=_PLACE, how="anti")[
        "key"
    ]
    return Settled(
        records=records.filter(~pl.col("key").is_in(left_out.implode())),
        rejects=rejects,
        accepted=pl.concat([current["key"], left_out]),
        dropped=left_out,
        canonical=current.height,
    )
