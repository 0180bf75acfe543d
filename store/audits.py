"""Questions of audits: records that evidence alone joined, and what people answered about them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from sqlalchemy import and_, select

from schemas.decisions import AUDIT
from store.engine import Reader
from store.tables import canonical, decision, decision_record, link, withdrawal

_PARTY = canonical["party"].c
_RECORD = ("connection", "stream", "key")


def _ref() -> pl.Expr:
    return pl.concat_str(_RECORD, separator="/")


def asked(reader: Reader) -> pl.DataFrame:
    """Every question that was not withdrawn: id, act, score, why, left_ref, right_ref, left_id, right_id.

    The ids are the companies the two records are in now: None for a record that is gone.
    """
    d, r, w = decision.c, decision_record.c, withdrawal.c
    linked = and_(link.c.entity == "party", *(link.c[name] == r[name] for name in _RECORD))
    rows = reader.frame(
        select(
            d.id, d.act, d.score, d.why, r.side, *(r[name] for name in _RECORD), link.c.golden_id
        )
        .select_from(decision)
        .join(decision_record, r.decision_id == d.id)
        .outerjoin(link, linked)
        .outerjoin(withdrawal, w.decision_id == d.id)
        .where(d.kind == AUDIT, w.decision_id.is_(None))
        .order_by(d.id)
    )
    rows = rows.with_columns(_ref().alias("ref"))
    left, right = (
        rows.filter(pl.col("side") == side).select(
            "id", pl.col("ref").alias(f"{side}_ref"), pl.col("golden_id").alias(f"{side}_id")
        )
        for side in ("left", "right")
    )
    asked_for = rows.unique("id", keep="first", maintain_order=True)
    told = asked_for.select("id", "act", "score", "why").join(left, on="id", maintain_order="left")
    return told.join(right, on="id", maintain_order="left")


def joined(reader: Reader, rules: Sequence[str]) -> pl.DataFrame:
    """The living records that these rules joined to a company: ref, golden_id, score, why."""
    same = and_(link.c.entity == "party", *(link.c[name] == _PARTY[name] for name in _RECORD))
    rows = reader.frame(
        select(
            *(link.c[name] for name in _RECORD),
            link.c.golden_id, link.c.score, link.c.reason.label("why"),
        )
        .join(canonical["party"], same)
        .where(link.c.rule.in_(rules), _PARTY.deleted.is_(False))
    )  # fmt: skip
    return rows.select(_ref().alias("ref"), "golden_id", "score", "why")


def members(reader: Reader, golden_ids: Sequence[str], size: int = 500) -> pl.DataFrame:
    """The living records of some companies: ref, golden_id and what makes two of them alike."""
    same = and_(link.c.entity == "party", *(link.c[name] == _PARTY[name] for name in _RECORD))
    told = ("inn", "name_core", "address_key", "phones", "emails")
    parts = [
        reader.frame(
            select(*(_PARTY[name] for name in (*_RECORD, *told)), link.c.golden_id)
            .join(link, same)
            .where(link.c.golden_id.in_(golden_ids[at : at + size]), _PARTY.deleted.is_(False))
        )
        for at in range(0, max(len(golden_ids), 1), size)
    ]
    return pl.concat(parts).select(_ref().alias("ref"), "golden_id", *told)
