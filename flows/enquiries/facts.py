"""What the table of routing is asked about: each enquiry's facts, and who of ours can take enquiries."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from config.routing import NO, UNSURE, YES
from config.working_time import WorkingTime
from flows.enquiries.language import language_of
from flows.enquiries.routing import Staff
from flows.enquiries.working_time import with_hours
from schemas.legal_forms import legal_form_group
from store import absences, accounts, routes
from store.engine import Reader
from store.routing_facts import described

_TEXT = pl.concat_str("subject", "opening", separator=" ", ignore_nulls=True)
_BUDGET = ("institution", "unitary")


def facts_of(reader: Reader, enquiries: pl.DataFrame, time: WorkingTime) -> pl.DataFrame:
    """The facts of `flows.enquiries.routing` about enquiries."""
    firm = described(reader, enquiries)
    both = enquiries.drop("owner").join(firm, on="id", maintain_order="left")
    timed = with_hours(both, "began_at", time)
    return timed.select(
        "id", "began_at", "channel", "box", "source", "region", "hours", "weekday",
        pl.col("topic").fill_null(UNSURE),
        pl.coalesce("inn", "company_inn").alias("inn"),
        _yes(pl.col("company").is_not_null()).alias("known"),
        _yes(pl.col("owners").list.len().fill_null(0) > 0).alias("owned"),
        "owners",
        _kind().alias("kind"),
        "segment",
        pl.coalesce("planned_volume", "firm_volume", "contracted").alias("volume"),
        "contract",
        _TEXT.alias("text"),
        language_of(_TEXT).alias("language"),
    )  # fmt: skip


def _yes(whether: pl.Expr) -> pl.Expr:
    return pl.when(whether).then(pl.lit(YES)).otherwise(pl.lit(NO))


def _kind() -> pl.Expr:
    """Of a company: budget by the family of its legal form, else what it is, else commercial."""
    kind, known = pl.col("party_kind"), pl.col("company").is_not_null()
    budget = (kind == "government") | legal_form_group(pl.col("legal_form")).is_in(_BUDGET)
    return (
        pl.when(~known).then(None)
        .when(budget).then(pl.lit("budget"))
        .when(kind.is_in(["sole_trader", "person", "foreign"])).then(kind)
        .otherwise(pl.lit("commercial"))
    )  # fmt: skip


def staff_of(reader: Reader, now: datetime, *, counted: bool = True) -> Staff:
    """Who works and is not away, in which departments and groups of the directory, and who has how many open enquiries."""
    at_work, absent = routes.at_work(reader, now), absences.away(reader, now)
    stand_ins = absences.stand_ins(absent, set(at_work["owner"].to_list()))
    at_work = at_work.filter(~pl.col("owner").is_in(list(absent)))
    listed = routes.staff(reader)["login"].str.to_lowercase().to_list()
    gone = {*listed, *absent} - set(at_work["owner"].to_list())
    in_use = (one.login for one in accounts.listing(reader) if one.active)
    known = frozenset([*listed, *in_use]) if listed else frozenset()
    departments = at_work.filter(pl.col("department").is_not_null()).select(
        pl.format("department: {}", "department").alias("pool"), "owner"
    )
    pools = pl.concat([departments, _by_group(at_work, routes.groups(reader))]).unique()
    load = _own_load(routes.load(reader), known)
    units = routes.departments(reader)
    return Staff(pools, frozenset(gone), load, counted, stand_ins, known, units)


def _own_load(load: pl.DataFrame, known: frozenset[str]) -> pl.DataFrame:
    """Loads by person: of one whose login was typed in two ways they are added up."""
    small = pl.col("owner").str.to_lowercase()
    own = pl.when(small.is_in(list(known))).then(small).otherwise("owner").alias("owner")
    return load.with_columns(own).group_by("owner").agg(pl.col("open").sum())


def _by_group(people: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """pool and owner: members of each group, by themselves or through groups in it."""
    inside = groups.select("connection", "name", pl.col("members").alias("key")).explode("key")
    nested = groups.select("connection", "key", "members")
    size = -1
    while inside.height > size:
        size = inside.height
        deeper = inside.join(nested, on=["connection", "key"]).select(
            "connection", "name", pl.col("members").alias("key")
        )
        inside = pl.concat([inside, deeper.explode("key")]).drop_nulls("key").unique()
    members = inside.join(people, on=["connection", "key"])
    return members.select(pl.format("group: {}", "name").alias("pool"), "owner")
