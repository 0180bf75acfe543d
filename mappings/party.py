"""A counterparty completed: its name taken apart, requisites compared, kind, country and region told."""

from __future__ import annotations

from functools import cache, partial

import polars as pl

from mappings.finish import Finishing
from mappings.functions.addresses import address_parts
from mappings.functions.names import full_name, party_name
from mappings.steps import FAULT, GIVEN, ISSUE
from schemas.legal_forms import legal_form_group
from schemas.outcome import REASON, VALUE
from schemas.records import DELETED, KEY
from schemas.requisites import contradiction, inn, is_foreign_inn, kpp, kpp_applies, national_number
from schemas.rows import passed
from schemas.rowwise.passes import Passes

SHORT, LONG, WHOLE, PLACE, GROUP = "#name", "#full", "#written", "#place", "#group"
CLASH, FOUND = "#clash", "#found "
LIST_PARTS = ("qualifiers", "flags")
# Offices and registers that are not a region: largest taxpayers, foreign organizations.
_NO_REGION = ["97", "98", "99", "00"]
_IN_NAME = {"inn": inn, "kpp": kpp}
_PASSING = (SHORT, LONG, WHOLE, PLACE, GROUP, CLASH, *(FOUND + field for field in _IN_NAME))


def finish_party(frame: pl.DataFrame, ask: Finishing) -> pl.DataFrame:
    """The working frame with everything of a `Party` that follows from its mapped fields.

    Each pass takes what those before have found; there are as few as that allows.
    """
    return passed(frame, ask.once("party", partial(party_passes, ask)))


def party_passes(ask: Finishing) -> Passes:
    """Everything of a `Party` that follows from its mapped fields, as passes over a working frame."""
    made = (_read, _reread, _named, _given, _checked, _told)
    return Passes(*(one(ask) for one in made), passing=_PASSING)


def _read(ask: Finishing) -> list[pl.Expr]:
    """The dearest three together, so that two processors can share them."""
    del ask
    return [
        party_name(pl.coalesce("name", "full_name")).alias(SHORT),
        full_name(pl.col("full_name")).alias(WHOLE),
        address_parts(pl.coalesce("legal_address", "actual_address")).alias(PLACE),
    ]


def _reread(ask: Finishing) -> list[pl.Expr]:
    """The full name taken apart only where the short one is another and tells no form: most do.

    Beside it the requisites that are written into the name.
    """
    del ask
    short = pl.col(SHORT).struct
    told = short.field("legal_form").is_not_null() | (pl.col("full_name") == pl.col("name"))
    formless = pl.when(~told.fill_null(value=False)).then("full_name")
    found = [
        rule(short.field(field)).struct.field("value").alias(FOUND + field)
        for field, rule in _IN_NAME.items()
    ]
    return [party_name(formless).alias(LONG), *found]


def _named(ask: Finishing) -> list[pl.Expr]:
    """Name and full name cleaned; form and branch from the short one, else from the full one."""
    short, whole, long = (pl.col(name).struct for name in (SHORT, WHOLE, LONG))
    full = pl.coalesce(whole.field(VALUE), short.field("full_name"))
    return [
        *ask.settle("name", short.field("name"), short.field("reason")),
        *ask.settle("full_name", full, whole.field(REASON)),
        *(
            pl.coalesce(name, short.field(name), long.field(name)).alias(name)
            for name in ("legal_form", "branch")
        ),
        pl.coalesce("name_core", short.field("name_core")).alias("name_core"),
        *(pl.coalesce(name, short.field(name)).alias(name) for name in LIST_PARTS),
        *_national(),
    ]


def _national() -> list[pl.Expr]:
    """Of a party of another country, what stands as INN is its national number (handbook 2.1, 2.2)."""
    abroad = (pl.col("country") != "RU") & ~is_foreign_inn(pl.col("inn")).fill_null(False)
    abroad = abroad.fill_null(False)
    given = pl.when(abroad).then(GIVEN + "inn")
    number = national_number(pl.coalesce("national_number", given)).struct.field(VALUE)
    return [
        number.alias("national_number"),
        pl.when(~abroad).then("inn").alias("inn"),
        pl.when(~abroad).then(FAULT + "inn").alias(FAULT + "inn"),
        pl.when(~abroad).then(ISSUE + "inn").alias(ISSUE + "inn"),
    ]


def _given(ask: Finishing) -> list[pl.Expr]:
    """INN and KPP written into the name, where the record has none and they hold."""
    columns = []
    for field in _IN_NAME:
        taken = (
            pl.col(field).is_null()
            & pl.col(FAULT + field).is_null()
            & pl.col(FOUND + field).is_not_null()
            & (pl.col("country").fill_null("RU") == "RU")
        )
        value = pl.when(taken).then(FOUND + field).otherwise(field)
        columns += [value.alias(field), ask.issue(field, "from_name", taken)]
    return columns


def _checked(ask: Finishing) -> list[pl.Expr]:
    """A KPP that its owner cannot have dropped; what requisites contradict each other in."""
    idle = pl.col("kpp").is_not_null() & ~kpp_applies(pl.col("inn"))
    clash = contradiction(pl.col("inn"), pl.col("ogrn"), pl.col("legal_form"), pl.col("country"))
    return [
        pl.coalesce("claimed_inn", _claimed()).alias("claimed_inn"),
        ask.issue("kpp", "sole_trader_has_none", idle),
        pl.when(~idle).then("kpp").alias("kpp"),
        clash.alias(CLASH),
        legal_form_group(pl.col("legal_form")).alias(GROUP),
    ]


def _told(ask: Finishing) -> list[pl.Expr]:
    """Requisites that exclude each other refused, and so is who has none; kind, places and state."""
    policy = ask.policy("inn", pl.col(CLASH))
    found = pl.col(CLASH).is_not_null()
    refused = ask.fault("inn", "requisites_contradict", found & (policy == "reject"))
    faults = {name: pl.col(FAULT + name) for name in ("name", "ogrn", "national_number")}
    nobody = pl.all_horizontal(
        pl.col(name).is_null() & fault.is_null()
        for name, fault in {**faults, "inn": refused}.items()
    )
    return [
        refused,
        ask.issue("inn", "requisites_contradict", found & (policy != "reject")),
        ask.fault("name", "name_missing", nobody),
        _kind().alias("kind"),
        _country().alias("country"),
        *_places(),
        *_state(),
    ]


@cache
def _claimed() -> pl.Expr:
    """The digits given as an INN that failed its checksum; what fails by form alone tells nothing."""
    failed = pl.col("inn").is_null() & pl.col(ISSUE + "inn").str.contains("inn_checksum")
    digits = pl.col(GIVEN + "inn").str.replace_all(r"[^0-9]", "")
    return pl.when(failed & digits.str.len_bytes().is_in([10, 12])).then(digits)


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
        .when(group.is_not_null() | _any_of("inn", "kpp", "ogrn"))
        .then(pl.lit("organization"))
    )


def _any_of(*names: str) -> pl.Expr:
    return pl.any_horizontal(pl.col(name).is_not_null() for name in names)


@cache
def _country() -> pl.Expr:
    registered = pl.any_horizontal(_any_of("kpp", "ogrn"), ~is_foreign_inn(pl.col("inn")))
    return pl.when(pl.col("country").is_null() & registered).then(pl.lit("RU")).otherwise("country")


def _places() -> list[pl.Expr]:
    """Match key of the address, and the region: of the address, else of KPP or INN."""
    place = pl.col(PLACE).struct
    offices = [_office(pl.col("kpp")), _office(pl.col("inn"))]
    return [
        pl.coalesce("address_key", place.field("address_key")).alias("address_key"),
        pl.coalesce("region", place.field("region"), *offices).alias("region"),
    ]


def _office(number: pl.Expr) -> pl.Expr:
    code = number.str.slice(0, 2)
    return pl.when(~code.is_in(_NO_REGION)).then(code)


def _state() -> list[pl.Expr]:
    """The status; a survivor only of a merged record, and a head other than the record itself."""
    status = (
        pl.when(DELETED).then(pl.lit("deleted")).otherwise(pl.coalesce("status", pl.lit("active")))
    )
    other = pl.col("merged_into") != pl.col(KEY)
    return [
        status.alias("status"),
        pl.when((status == "merged") & other).then("merged_into").alias("merged_into"),
        pl.when(pl.col("head_key") != pl.col(KEY)).then("head_key").alias("head_key"),
    ]
