"""Legal entities: companies, sole traders, persons, government bodies and foreign companies."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl

from simulators.world import words
from simulators.world.chance import Ints, chance, pick, share, uuids, whole
from simulators.world.families import (
    Families,
    draw_families,
    family_traits,
    same_names,
    shared_contacts,
)
from simulators.world.labels import bit
from simulators.world.numbers import inn10, inn12, ogrn13, ogrn15, okpo, padded, scattered
from simulators.world.places import addresses, draw_places

_KINDS = ("organization", "sole_trader", "person", "government", "foreign")
_KIND_EDGES = (0.70, 0.87, 0.91, 0.95)
EPOCH = datetime(2019, 1, 1, tzinfo=UTC)
DAYS = 2500
_ABROAD = 100_000  # INN of foreign companies there can be: 9909 and five digits


def build_entities(size: int, seed: int) -> pl.DataFrame:
    """One row per legal entity: kind, names, requisites, addresses, contacts, `kinds` (trait bits)."""
    kinds = pl.Series(_KINDS).gather(
        np.searchsorted(_KIND_EDGES, chance(seed, "kind").random(size))
    )
    families = draw_families(kinds, seed)
    frame = pl.DataFrame(
        {"entity": np.arange(size), "kind": kinds, "place": draw_places(seed, "place", size)}
    )
    frame = same_names(_named(frame, seed), families)
    frame = _located(frame, seed)
    frame = _contacted(_numbered(frame, seed), seed)
    return _traits(shared_contacts(frame, families), families, seed)


def people(size: int, seed: int, label: str) -> pl.DataFrame:
    """Persons: last, first, middle name and `person` (all three)."""
    woman = share(seed, label + "/sex", size, 0.4)
    last, father = (pick(seed, label + "/" + part, size, table) for part, table in _PARTS)
    men, women = (
        pick(seed, label + "/men", size, words.MEN),
        pick(seed, label + "/women", size, words.WOMEN),
    )
    drawn = pl.DataFrame(
        {"woman": woman, "last": last, "father": father, "men": men, "women": women}
    )
    endings = pl.when("woman").then(pl.lit("а")).otherwise(pl.lit(""))
    frame = drawn.select(
        last=pl.col("last") + endings,
        first=pl.when("woman").then("women").otherwise("men"),
        middle=pl.col("father") + pl.when("woman").then(pl.lit("на")).otherwise(pl.lit("ич")),
    )
    return frame.with_columns(person=pl.concat_str("last", "first", "middle", separator=" "))


_PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("last", words.SURNAMES),
    ("father", words.FATHERS),
)


def _cores(size: int, seed: int) -> pl.DataFrame:
    def draw(label: str, table: tuple[str, ...]) -> pl.Series:
        return pick(seed, "core/" + label, size, table)

    root, tail, more = (
        draw("root", words.ROOTS),
        draw("tail", words.TAILS),
        draw("more", words.TAILS),
    )
    plant = (
        draw("of", words.PLANT_OF)
        + " "
        + draw("plant", words.PLANT_KIND)
        + " "
        + draw("works", words.PLANT)
    )
    offices = pl.DataFrame(
        {"text": draw("office", words.OFFICES), "n": whole(seed, "core/n", size, 1, 250)}
    )
    return pl.DataFrame(
        {
            "single": draw("single", words.SINGLES),
            "double": root + tail,
            "triple": root + tail + more,
            "pair": draw("first", words.SINGLES) + " " + root + tail,
            "plant": plant,
            "office": offices.select(
                pl.col("text").str.replace("{}", pl.col("n").cast(pl.String), literal=True)
            ),
            "foreign": draw("abroad", words.FOREIGN_NAMES)
            + " "
            + draw("trade", words.FOREIGN_TAILS),
            "u": chance(seed, "core/u").random(size),
        }
    )


def _named(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    size, kind, u = frame.height, pl.col("kind"), pl.col("u")
    frame = pl.concat([frame, people(size, seed, "director"), _cores(size, seed)], how="horizontal")
    own = pl.when(u < 0.04).then("single").when(u < 0.14).then("double").when(u < 0.2).then("plant")
    core = (
        pl.when(kind == "government").then("office").when(kind == "foreign").then("foreign")
        .when(kind.is_in(["sole_trader", "person"])).then("person")
        .otherwise(own.when(u < 0.6).then("triple").otherwise("pair"))
    )  # fmt: skip
    forms = [pick(seed, "form", size, words.FORMS), pick(seed, "gov", size, words.OFFICE_FORMS)]
    country = whole(seed, "country", size, 0, len(words.COUNTRIES)).alias("abroad")
    codes, foreign_forms, widths = zip(*words.COUNTRIES, strict=True)
    foreign = kind == "foreign"
    return frame.with_columns(forms[0].alias("own"), forms[1].alias("gov"), country).with_columns(
        core=core,
        form=pl.when(kind == "organization").then("own").when(kind == "government").then("gov")
        .when(kind == "sole_trader").then(pl.lit("ИП"))
        .when(foreign).then(pl.col("abroad").replace_strict(dict(enumerate(foreign_forms)), return_dtype=pl.String)),
        country=pl.when(foreign).then(pl.col("abroad").replace_strict(dict(enumerate(codes)), return_dtype=pl.String))
        .otherwise(pl.lit("RU")),
        width=pl.when(foreign).then(pl.col("abroad").replace_strict(dict(enumerate(widths)), return_dtype=pl.Int64)),
    ).drop("single", "double", "triple", "pair", "plant", "office", "foreign", "u", "own", "gov", "abroad")  # fmt: skip


def _located(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    places = frame["place"]
    former = addresses(seed, "old", places).select(pl.all().name.prefix("old_"))
    here = addresses(seed, "address", places)
    return pl.concat([frame.drop("place"), here, former], how="horizontal")


def _numbered(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    region = frame["region_code"].cast(pl.Int64).to_numpy()
    rank = frame.select(pl.int_range(pl.len()).over("region_code")).to_series().to_numpy()
    serial, year = scattered(rank, 30_000_000), whole(seed, "year", frame.height, 3, 24).to_numpy()
    entity = frame["entity"].to_numpy()
    trader_body = region * 10**8 + 10**6 * 4 + serial
    abroad = 9909 * 10**5 + scattered(_ranks_abroad(frame) % _ABROAD, _ABROAD)
    numbers = {
        "inn_ten": padded(inn10(region * 10**7 + 10**5 + scattered(rank, 9_000_000)), 10),
        "inn_twelve": padded(inn12(trader_body), 12),
        "inn_abroad": padded(inn10(abroad), 10),
        "ogrn_firm": padded(
            ogrn13(10**11 + year * 10**9 + region * 10**7 + scattered(rank, 9_999_991)), 13
        ),
        "ogrn_trader": padded(ogrn15(3 * 10**13 + year * 10**11 + region * 10**9 + serial), 15),
        "okpo_firm": padded(okpo(scattered(entity, 10**7), 7), 8),
        "okpo_trader": padded(okpo(scattered(entity, 10**9), 9), 10),
        "national": padded(scattered(entity, 10**8) + 10**8 * 3, 9),
        "has_inn": share(seed, "has_inn", frame.height, 0.4)
        & pl.Series(_ranks_abroad(frame) < _ABROAD),
    }
    return _requisites(frame.with_columns(**numbers))


def _ranks_abroad(frame: pl.DataFrame) -> Ints:
    """What foreign INN are numbered by: the entity while there are fewer than such numbers, else its place
    among the foreign ones."""
    foreign = frame["kind"] == "foreign"
    ranks = foreign.cast(pl.Int64).cum_sum() - 1 if frame.height > _ABROAD else frame["entity"]
    return ranks.cast(pl.Int64).to_numpy()


def _requisites(frame: pl.DataFrame) -> pl.DataFrame:
    kind = pl.col("kind")
    firm, trader = kind.is_in(["organization", "government"]), kind == "sole_trader"
    national = (pl.col("national") + pl.col("national").str.reverse()).str.slice(0, pl.col("width"))
    frame = frame.with_columns(
        inn=pl.when(firm).then("inn_ten").when(trader).then("inn_twelve")
        .when((kind == "foreign") & pl.col("has_inn")).then("inn_abroad"),
        ogrn=pl.when(firm).then("ogrn_firm").when(trader).then("ogrn_trader"),
        okpo=pl.when(firm).then("okpo_firm").when(trader).then("okpo_trader"),
        national=pl.when(kind == "foreign").then(national),
        former_form=pl.when(firm).then(pl.col("form").replace_strict(words.FORMER, default=None)),
    )  # fmt: skip
    office = pl.col("inn").str.slice(0, 4)
    return frame.with_columns(
        kpp=pl.when(firm).then(office + "01001"),
        kpp_old=pl.when(firm).then(pl.col("inn").str.slice(0, 2) + "2101001"),
        kpp_largest=pl.when(firm & (pl.col("form") == "ПАО")).then(pl.lit("997550001")),
    ).drop("inn_ten", "inn_twelve", "inn_abroad", "ogrn_firm", "ogrn_trader", "okpo_firm", "okpo_trader", "has_inn", "width")  # fmt: skip


def _contacted(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    size = frame.height
    slug = (
        pl.col("core")
        .str.to_lowercase()
        .str.replace_many(words.TRANSLIT)
        .str.replace_all("[^a-z0-9]", "")
    )
    drawn: dict[str, pl.Series] = {
        "line": whole(seed, "line", size, 2_000_000, 7_999_999).cast(pl.String),
        "cell": whole(seed, "cell", size, 1_000_000, 9_999_999).cast(pl.String),
        "operator": pick(
            seed,
            "operator",
            size,
            ("912", "922", "903", "916", "926", "951", "982", "987", "905", "963"),
        ),
        "box": pick(seed, "box", size, ("info", "office", "zakaz", "snab", "sales", "buh")),
        "public": pick(seed, "public", size, words.PUBLIC_DOMAINS),
        "u": pl.Series(chance(seed, "mail").random(size)),
        "row_key": uuids(seed, "entity", size),
    }
    frame = frame.with_columns(**drawn).with_columns(slug=slug.str.slice(0, 24))
    twin = pl.int_range(pl.len()).over("slug", "region_code")
    frame = frame.with_columns(
        tail=pl.when(twin > 0).then(twin.cast(pl.String)).otherwise(pl.lit(""))
    )
    host = pl.col("slug") + pl.col("region_code") + pl.col("tail")
    small = pl.col("kind").is_in(["sole_trader", "person"])
    public = host + "." + pl.col("line").str.slice(3) + "@" + pl.col("public")
    return frame.with_columns(
        phone=pl.col("area") + pl.col("line").str.slice(0, 10 - pl.col("area").str.len_chars()),
        mobile=pl.col("operator") + pl.col("cell"),
        email=pl.when(pl.col("u") < 0.01).then(pl.lit("info@mail.ru"))
        .when(small | (pl.col("u") < 0.15)).then(public)
        .otherwise(pl.col("box") + "@" + host + ".example"),
    ).drop("line", "cell", "operator", "box", "public", "u", "slug", "tail")  # fmt: skip


def _traits(frame: pl.DataFrame, families: Families, seed: int) -> pl.DataFrame:
    size = frame.height
    named = pl.col("kind").is_in(["organization", "sole_trader", "person"])
    alike = pl.len().over("form", "core")
    in_town = pl.len().over("form", "core", "place")
    moments = whole(seed, "updated", size, 0, DAYS * 86_400)
    flags = {
        "same_name_other_region": named & (alike > in_town),
        "same_name_same_town": named & (in_town > 1),
        "public_mail": pl.col("email") == "info@mail.ru",
        "largest_taxpayer": pl.col("kpp_largest").is_not_null(),
        "relocated": pl.col("kpp_old").is_not_null() & pl.Series(share(seed, "moved", size, 0.08)),
    }
    bits = pl.lit(family_traits(size, families))
    for label, flag in flags.items():
        bits = bits | pl.when(flag).then(bit(label)).otherwise(pl.lit(0, dtype=pl.UInt64))
    return frame.with_columns(
        kinds=bits, updated_at=pl.lit(EPOCH) + pl.duration(seconds=pl.lit(moments))
    )
