"""Cards: how one source writes a unit down, before the source's own tables and formats."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from simulators.world import dirt, places, words
from simulators.world.chance import chance, whole
from simulators.world.dirt import soil
from simulators.world.labels import bit, carries
from simulators.world.words import listed

# How dirty each kind of source is: a multiplier per label, "*" for the rest.
PROFILES: Mapping[str, Mapping[str, float]] = {
    "ebs": {
        "*": 0.6,
        "lost_zero": 0.2,
        "kpp_largest": 1.0,
        "renamed_form": 1.5,
        "missing_contacts": 2.0,
    },
    "onec": {"*": 1.0, "full_form": 0.3},
    "commerceml": {"*": 1.2, "missing_inn": 2.0, "kpp_largest": 0.2},
    "files": {
        "*": 2.0,
        "lost_zero": 7.0,
        "missing_inn": 4.0,
        "two_phones_in_cell": 3.0,
        "kpp_largest": 0.2,
    },
}
_COLUMNS = listed(
    "unit entity role kind name full_name inn kpp ogrn okpo country national address phones emails phone mobile email "
    "area region_code region city town postal street street_kind house office last first middle updated_at kinds"
)
_ABROAD = pl.col("country").replace_strict(words.CAPITALS, default=None)


def make_cards(
    frame: pl.DataFrame, seed: int, source: str, rates: Mapping[str, float] | None = None
) -> pl.DataFrame:
    """One card per unit in `frame`, in that order; columns as in `_COLUMNS`.

    `name`, requisites, `address`, `phones` and `emails` carry the dirt that `kinds` labels; the parts of
    the address, `phone` (10 digits), `mobile` and `email` stay clean. `rates`: the source's own profile
    unless given.
    """
    rates = PROFILES[source] if rates is None else rates
    for name, group in (("form", dirt.FORM), ("core", dirt.CORE)):
        frame = soil(frame, group, rates, seed, f"{source}/{name}")
    frame = _written(_named(frame, seed, source), seed, source)
    frame = soil(frame, dirt.INN, rates, seed, source + "/inn")
    frame = soil(frame, dirt.KPP, rates, seed, source + "/kpp")
    frame = soil(frame, dirt.MARKS, rates, seed, source + "/marks")
    frame = soil(frame, dirt.NAME, rates, seed, source + "/name")
    return soil(frame, dirt.CONTACTS, rates, seed, source + "/contacts").select(_COLUMNS)


def repeated(cards: pl.DataFrame, seed: int, source: str, rate: float = 0.012) -> pl.DataFrame:
    """Cards and, at the end, exact copies of a few of them, labelled `exact_duplicate`."""
    again = cards.filter(pl.Series(chance(seed, source + "/copies").random(cards.height) < rate))
    return pl.concat([cards, again.with_columns(kinds=pl.col("kinds") | bit("exact_duplicate"))])


def _named(frame: pl.DataFrame, seed: int, source: str) -> pl.DataFrame:
    frame = frame.with_columns(_style=whole(seed, source + "/style", frame.height, 0, 24))
    style, core, form = pl.col("_style"), pl.col("core"), pl.col("form")
    quoted = (
        pl.when(style == 20)
        .then("«" + core + "»")
        .when(style == 22)
        .then(core)
        .otherwise('"' + core + '"')
    )
    firm = (
        pl.when(style == 19).then(core + " " + form)
        .when(style == 21).then('"' + core + '", ' + form)
        .when(style == 23).then((form + ' "' + core + '"').str.to_uppercase())
        .otherwise(form + " " + quoted)
    )  # fmt: skip
    abroad = core + " " + form
    kind = pl.col("kind")
    name = (
        pl.when(kind == "sole_trader").then(form + " " + core).when(kind == "person").then(core)
        .when(kind == "foreign").then(abroad).otherwise(firm)
    )  # fmt: skip
    plain = kind.is_in(["organization", "government"])
    unusual = plain & (style >= 19)
    full = pl.when(plain).then(form.replace(words.FULL_FORMS) + ' "' + core + '"').otherwise(name)
    full = (
        pl.when(kind == "sole_trader")
        .then(pl.lit("Индивидуальный предприниматель ") + core)
        .otherwise(full)
    )
    frame = frame.with_columns(
        name=name,
        full_name=full,
        kinds=pl.when(unusual).then(pl.col("kinds") | bit("spelling")).otherwise("kinds"),
    )
    return _special_names(frame)


def _special_names(frame: pl.DataFrame) -> pl.DataFrame:
    name, style = pl.col("name"), pl.col("_style")
    branch = pl.col("role") == "branch"
    manager = carries("bankruptcy_manager") & (pl.col("kind") == "sole_trader")
    treasury = (pl.col("kind") == "government") & (style < 2)
    account = pl.col("okpo").fill_null("") + "20"
    budget = "УФК по " + pl.col("region") + " (" + name + ", л/с 20" + account + ")"
    named = (
        pl.when(branch & (style % 3 == 0)).then(name + " (г. " + pl.col("town") + ")")
        .when(branch & (style % 3 == 1)).then("Филиал " + name + " г. " + pl.col("town"))
        .when(branch).then(name + " ОП " + pl.col("town"))
        .when(manager).then(pl.lit("Конкурсный управляющий ") + pl.col("core"))
        .when(treasury).then(budget)
        .otherwise(name)
    )  # fmt: skip
    kinds = pl.when(treasury).then(pl.col("kinds") | bit("treasury_payer")).otherwise("kinds")
    return frame.with_columns(name=named, kinds=kinds)


def _written(frame: pl.DataFrame, seed: int, source: str) -> pl.DataFrame:
    frame = frame.with_columns(_how=whole(seed, source + "/how", frame.height, 0, 60))
    how, phone, area = pl.col("_how"), pl.col("phone"), pl.col("area")
    rest = phone.str.slice(area.str.len_chars())
    spaced = (
        rest.str.slice(0, rest.str.len_chars() - 4)
        + "-"
        + rest.str.slice(-4, 2)
        + "-"
        + rest.str.slice(-2)
    )
    extension = (100 + how * 7).cast(pl.String)
    phones = (
        pl.when(how % 6 == 0).then("+7 (" + area + ") " + spaced)
        .when(how % 6 == 1).then("8 (" + area + ") " + spaced)
        .when(how % 6 == 2).then("8" + phone)
        .when(how % 6 == 3).then("+7" + phone)
        .when(how % 6 == 4).then("(" + area + ") " + spaced + " доб. " + extension)
        .otherwise("8-" + area + "-" + spaced)
    )  # fmt: skip
    here = pl.when(how % 5 == 0).then(places.spoken()).when(how % 5 == 1).then(places.full_words())
    abroad = (pl.col("country") != "RU") & pl.col("inn").is_null()
    frame = frame.with_columns(
        phones=phones,
        emails=pl.when(how % 7 == 0).then(pl.col("email").str.to_uppercase()).otherwise("email"),
        address=pl.when(abroad)
        .then(_ABROAD + ", " + pl.col("street"))
        .otherwise(here.otherwise(places.registered())),
        old_address=places.registered("old_"),
        updated_at=pl.col("updated_at") + pl.duration(hours=pl.col("_how") * 5),
    )
    moved = carries("relocated") & (pl.col("role") == "head") & (pl.col("_how") % 3 == 0)
    return frame.with_columns(
        address=pl.when(moved).then("old_address").otherwise("address"),
        kinds=pl.when(moved).then(pl.col("kinds") | bit("old_address")).otherwise("kinds"),
    )
