"""A counterparty completed: its name taken apart, requisites compared, kind, country and region told."""

from __future__ import annotations

from functools import cache

import polars as pl

from mappings.finish import Finishing
from mappings.functions.addresses import address_parts
from mappings.functions.names import full_name, party_name
from mappings.steps import FAULT, GIVEN, ISSUE
from schemas.legal_forms import legal_form_group
from schemas.outcome import REASON, VALUE
from schemas.records import DELETED, KEY
from schemas.requisites import contradiction, inn, is_foreign_inn, kpp, kpp_applies, national_number

SHORT, LONG, WHOLE, PLACE, GROUP = "#name", "#full", "#written", "#place", "#group"
LIST_PARTS = ("qualifiers", "flags")
# Offices and registers that are not a region: largest taxpayers, foreign organizations.
_NO_REGION = ["97", "98", "99", "00"]


def finish_party(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """The working frame with everything of a `Party` that follows from its mapped fields."""
    # The dearest three together, so that two processors can share them.
    frame = frame.with_columns(
        party_name(pl.coalesce("name", "full_name")).alias(SHORT),
        full_name(pl.col("full_name")).alias(WHOLE),
        address_parts(pl.coalesce("legal_address", "actual_address")).alias(PLACE),
    )
    frame = _names(frame, ask)
    frame = _national(frame)
    frame = _found_in_name(frame, ask)
    frame = frame.with_columns(pl.coalesce("claimed_inn", _claimed()).alias("claimed_inn"))
    frame = _requisites(frame, ask)
    frame = frame.with_columns(legal_form_group(pl.col("legal_form")).alias(GROUP))
    frame = frame.with_columns(_kind().alias("kind"), _country().alias("country")).drop(GROUP)
    frame = _places(frame)
    frame = _state(frame)
    told = ("name", "inn", "ogrn", "national_number")
    nobody = pl.all_horizontal(
        pl.col(name).is_null() & pl.col(FAULT + name).is_null() for name in told
    )
    return ask.refuse(frame, "name", "name_missing", nobody)


def _names(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """Name and full name cleaned; form and branch from the short one, else from the full one.

    The full name is taken apart only where the short one is another and tells no form: most do.
    """
    short, whole = pl.col(SHORT).struct, pl.col(WHOLE).struct
    told = short.field("legal_form").is_not_null() | (pl.col("full_name") == pl.col("name"))
    formless = pl.when(~told.fill_null(value=False)).then("full_name")
    frame = frame.with_columns(party_name(formless).alias(LONG))
    long = pl.col(LONG).struct
    full = pl.coalesce(whole.field(VALUE), short.field("full_name"))
    frame = frame.with_columns(
        *ask.settle("name", short.field("name"), short.field("reason")),
        *ask.settle("full_name", full, whole.field(REASON)),
    )
    return frame.with_columns(
        *(
            pl.coalesce(name, short.field(name), long.field(name)).alias(name)
            for name in ("legal_form", "branch")
        ),
        pl.coalesce("name_core", short.field("name_core")).alias("name_core"),
        *(pl.coalesce(name, short.field(name)).alias(name) for name in LIST_PARTS),
    )


def _national(frame: pl.DataFrame) -> pl.DataFrame:
    """Of a party of another country, what stands as INN is its national number (handbook 2.1, 2.2)."""
    abroad = (pl.col("country") != "RU") & ~is_foreign_inn(pl.col("inn")).fill_null(False)
    abroad = abroad.fill_null(False)
    given = pl.when(abroad).then(GIVEN + "inn")
    number = national_number(pl.coalesce("national_number", given)).struct.field(VALUE)
    return frame.with_columns(
        number.alias("national_number"),
        pl.when(~abroad).then("inn").alias("inn"),
        pl.when(~abroad).then(FAULT + "inn").alias(FAULT + "inn"),
        pl.when(~abroad).then(ISSUE + "inn").alias(ISSUE + "inn"),
    )


@cache
def _claimed() -> pl.Expr:
    """The digits given as an INN that failed its checksum; what fails by form alone tells nothing."""
    failed = pl.col("inn").is_null() & pl.col(ISSUE + "inn").str.contains("inn_checksum")
    digits = pl.col(GIVEN + "inn").str.replace_all(r"[^0-9]", "")
    return pl.when(failed & digits.str.len_bytes().is_in([10, 12])).then(digits)


def _found_in_name(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """INN and KPP written into the name, where the record has none and they hold."""
    for field, rule in (("inn", inn), ("kpp", kpp)):
        found = rule(pl.col(SHORT).struct.field(field)).struct.field("value")
        frame = frame.with_columns(found.alias("#found"))
        taken = (
            pl.col(field).is_null()
            & pl.col(FAULT + field).is_null()
            & pl.col("#found").is_not_null()
            & (pl.col("country").fill_null("RU") == "RU")
        )
        frame = frame.with_columns(taken.alias("#taken"))
        frame = frame.with_columns(pl.when("#taken").then("#found").otherwise(field).alias(field))
        frame = ask.note(frame, field, "from_name", pl.col("#taken"))
    return frame.drop("#found", "#taken")


def _requisites(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """A KPP that its owner cannot have dropped; requisites that exclude each other refused."""
    idle = pl.col("kpp").is_not_null() & ~kpp_applies(pl.col("inn"))
    frame = ask.note(frame, "kpp", "sole_trader_has_none", idle)
    frame = frame.with_columns(pl.when(~idle).then("kpp").alias("kpp"))
    clash = contradiction(pl.col("inn"), pl.col("ogrn"), pl.col("legal_form"), pl.col("country"))
    frame = frame.with_columns(clash.alias("#clash"))
    policy = ask.policy("inn", pl.col("#clash"))
    found = pl.col("#clash").is_not_null()
    frame = ask.refuse(frame, "inn", "requisites_contradict", found & (policy == "reject"))
    return ask.note(frame, "inn", "requisites_contradict", found & (policy != "reject")).drop(
        "#clash"
    )


@cache
def _kind() -> pl.Expr:
    """What the party is, where the source does not say or says it loosely.

    A source that knows only organizations and persons files sole traders under either.
    """
    group = pl.col(GROUP)
    number = pl.col("inn")
    trader = (group == "sole_trader") | (pl.col("ogrn").str.len_bytes() == 15)
    foreign = (pl.col("country") != "RU") | is_foreign_inn(number) | (group == "foreign")
    told = pl.col("kind")
    return (
        pl.when(told.is_in(["sole_trader", "foreign", "government"]))
        .then(told)
        .when(trader)
        .then(pl.lit("sole_trader"))
        .when(told == "person")
        .then(told)
        .when(foreign)
        .then(pl.lit("foreign"))
        .when(number.str.len_bytes() == 12)
        .then(pl.lit("sole_trader"))
        .when(group == "institution")
        .then(pl.lit("government"))
        .when(told.is_not_null())
        .then(told)
        .when(group.is_not_null() | pl.any_horizontal(pl.col("inn", "kpp", "ogrn").is_not_null()))
        .then(pl.lit("organization"))
    )


@cache
def _country() -> pl.Expr:
    registered = pl.any_horizontal(
        pl.col("kpp", "ogrn").is_not_null(), ~is_foreign_inn(pl.col("inn"))
    )
    return pl.when(pl.col("country").is_null() & registered).then(pl.lit("RU")).otherwise("country")


def _places(frame: pl.DataFrame) -> pl.DataFrame:
    """Match key of the address, and the region: of the address, else of KPP or INN."""
    place = pl.col(PLACE).struct
    offices = [_office(pl.col("kpp")), _office(pl.col("inn"))]
    return frame.with_columns(
        pl.coalesce("address_key", place.field("address_key")).alias("address_key"),
        pl.coalesce("region", place.field("region"), *offices).alias("region"),
    ).drop(PLACE)


def _office(number: pl.Expr) -> pl.Expr:
    code = number.str.slice(0, 2)
    return pl.when(~code.is_in(_NO_REGION)).then(code)


def _state(frame: pl.DataFrame) -> pl.DataFrame:
    """The status; a survivor only of a merged record, and a head other than the record itself."""
    status = (
        pl.when(DELETED).then(pl.lit("deleted")).otherwise(pl.coalesce("status", pl.lit("active")))
    )
    other = pl.col("merged_into") != pl.col(KEY)
    return frame.with_columns(
        status.alias("status"),
        pl.when((status == "merged") & other).then("merged_into").alias("merged_into"),
        pl.when(pl.col("head_key") != pl.col(KEY)).then("head_key").alias("head_key"),
    ).drop(SHORT, LONG, WHOLE)
