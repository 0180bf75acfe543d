"""Real regions, cities and street names of Russia; houses are drawn."""

from __future__ import annotations

import polars as pl

from simulators.world.chance import pick, whole
from simulators.world.words import listed

# region code, region, city, telephone code, first three digits of the postal code, weight
_CITIES = """
77|г Москва||495|101|16
78|г Санкт-Петербург||812|190|8
50|Московская обл|Подольск|4967|142|3
50|Московская обл|Химки|495|141|3
74|Челябинская обл|Челябинск|351|454|6
74|Челябинская обл|Магнитогорск|3519|455|4
74|Челябинская обл|Миасс|3513|456|2
66|Свердловская обл|Екатеринбург|343|620|6
66|Свердловская обл|Нижний Тагил|3435|622|2
59|Пермский край|Пермь|342|614|4
02|Респ Башкортостан|Уфа|347|450|4
02|Респ Башкортостан|Стерлитамак|3473|453|2
16|Респ Татарстан|Казань|843|420|4
16|Респ Татарстан|Набережные Челны|8552|423|2
01|Респ Адыгея|Майкоп|8772|385|2
03|Респ Бурятия|Улан-Удэ|3012|670|2
05|Респ Дагестан|Махачкала|8722|367|2
07|Респ Кабардино-Балкарская|Нальчик|8662|360|1
22|Алтайский край|Барнаул|3852|656|2
23|Краснодарский край|Краснодар|861|350|4
24|Красноярский край|Красноярск|391|660|3
34|Волгоградская обл|Волгоград|8442|400|3
36|Воронежская обл|Воронеж|473|394|3
38|Иркутская обл|Иркутск|3952|664|2
40|Калужская обл|Калуга|4842|248|2
48|Липецкая обл|Липецк|4742|398|2
52|Нижегородская обл|Нижний Новгород|831|603|3
54|Новосибирская обл|Новосибирск|383|630|4
55|Омская обл|Омск|3812|644|2
56|Оренбургская обл|Оренбург|3532|460|2
61|Ростовская обл|Ростов-на-Дону|863|344|3
63|Самарская обл|Самара|846|443|3
63|Самарская обл|Тольятти|8482|445|2
71|Тульская обл|Тула|4872|300|2
72|Тюменская обл|Тюмень|3452|625|3
76|Ярославская обл|Ярославль|4852|150|2
"""
STREETS = listed(
    "Кирова Ленина Мира Труда Победы Гагарина Советская Октябрьская Пушкина Горького Чапаева "
    "Строителей Металлургов Энергетиков Заводская Промышленная Индустриальная Комсомольская "
    "Первомайская Садовая Лесная Набережная Вокзальная Школьная Молодёжная Калинина Фрунзе "
    "Куйбышева Свердлова Чехова Лермонтова Некрасова Полевая Луговая Северная Южная Восточная "
    "Складская Механизаторов Автозаводская Машиностроителей Шоссейная Магистральная Парковая"
)
_KINDS = ("ул", "ул", "ул", "ул", "ул", "ул", "пр-кт", "пер", "ш", "проезд")


def _places() -> pl.DataFrame:
    rows = [line.split("|") for line in _CITIES.split("\n") if line]
    names = ["region_code", "region", "city", "area", "postal3", "weight"]
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(
        pl.col("weight").cast(pl.Int64),
        town=pl.when(pl.col("city") == "").then(pl.col("region").str.slice(2)).otherwise("city"),
    )


PLACES = _places()
_DRAWN = (
    PLACES.with_row_index("place").select(pl.col("place").repeat_by("weight").explode()).to_series()
)


def draw_places(seed: int, label: str, size: int) -> pl.Series:
    """Row numbers of `PLACES`, big cities more often."""
    return _DRAWN.gather(whole(seed, label, size, 0, len(_DRAWN))).cast(pl.Int64)


def addresses(seed: int, label: str, places: pl.Series) -> pl.DataFrame:
    """One address a row in the given places: the columns of `PLACES`, postal, street, house, office."""
    size = len(places)
    drawn = pl.DataFrame(
        {
            "tail": whole(seed, label + "/postal", size, 0, 100),
            "street": pick(seed, label + "/street", size, STREETS),
            "street_kind": pick(seed, label + "/kind", size, _KINDS),
            "house": whole(seed, label + "/house", size, 1, 190).cast(pl.String),
            "corpus": whole(seed, label + "/corpus", size, 0, 12),
            "office": whole(seed, label + "/office", size, 0, 420),
        }
    )
    corpus = (
        pl.when(pl.col("corpus") == 1)
        .then(pl.lit("А"))
        .when(pl.col("corpus") == 2)
        .then(pl.lit("/2"))
    )
    office = pl.when(pl.col("office") > 100).then(pl.col("office").cast(pl.String))
    spots = PLACES[places].drop("weight").with_columns(place=places)
    return (
        pl.concat([spots, drawn], how="horizontal")
        .with_columns(
            postal=pl.col("postal3") + pl.col("tail").cast(pl.String).str.zfill(2) + "0",
            house=pl.col("house") + corpus.otherwise(pl.lit("")),
            office=office,
        )
        .drop("postal3", "tail", "corpus")
    )


ADDRESS = (
    "region_code",
    "region",
    "city",
    "area",
    "town",
    "place",
    "postal",
    "street",
    "street_kind",
    "house",
    "office",
)


def registered(prefix: str = "") -> pl.Expr:
    """The address as a registry writes it: «454010, Челябинская обл, г Челябинск, ул Кирова, д 93, офис 12»."""

    def column(name: str) -> pl.Expr:
        return pl.col(prefix + name)

    city = pl.when(column("city") != "").then(", г " + column("city")).otherwise(pl.lit(""))
    office = (
        pl.when(column("office").is_not_null())
        .then(", офис " + column("office"))
        .otherwise(pl.lit(""))
    )
    street = ", " + column("street_kind") + " " + column("street") + ", д " + column("house")
    return column("postal") + ", " + column("region") + city + street + office


def spoken() -> pl.Expr:
    """The same address as a person writes it: «г. Челябинск, Кирова ул., 93-12»."""
    office = (
        pl.when(pl.col("office").is_not_null()).then("-" + pl.col("office")).otherwise(pl.lit(""))
    )
    return (
        "г. "
        + pl.col("town")
        + ", "
        + pl.col("street")
        + " "
        + pl.col("street_kind")
        + "., "
        + pl.col("house")
        + office
    )


def full_words() -> pl.Expr:
    """The same address with the words after the names: «Челябинская область, Челябинск г, Кирова ул, дом № 93»."""
    region = pl.col("region").str.replace(r" обл$", " область")
    office = (
        pl.when(pl.col("office").is_not_null())
        .then(", оф. " + pl.col("office"))
        .otherwise(pl.lit(""))
    )
    city = pl.when(pl.col("city") != "").then(", " + pl.col("city") + " г").otherwise(pl.lit(""))
    street = ", " + pl.col("street") + " " + pl.col("street_kind") + ", дом № " + pl.col("house")
    return pl.col("postal") + ", " + region + city + street + office
