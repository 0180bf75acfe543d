"""Values of closed lists: kinds and states of parties, countries, units of measure.

An unknown value is never guessed: it becomes null with an evidence code.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from babel import Locale

from mappings.functions.function import Function
from schemas.outcome import outcome

_KIND_1C = {
    "юрлицо": "organization",
    "юридическоелицо": "organization",
    "обособленноеподразделение": "organization",
    "индивидуальныйпредприниматель": "sole_trader",
    "физлицо": "person",
    "физическоелицо": "person",
    "юрлицонерезидент": "foreign",
    "нерезидент": "foreign",
    "государственныйорган": "government",
    "госорган": "government",
}
_KIND_EBS = {"organization": "organization", "person": "person"}
_STATUS_EBS = {"a": "active", "i": "inactive", "m": "merged", "d": "deleted"}

# alpha-2: alpha-3, number, spellings that neither ISO nor CLDR know
_COUNTRIES = {
    "RU": "RUS 643 рф российскаяфедерация russianfederation",
    "BY": "BLR 112 белоруссия республикабеларусь рб",
    "KZ": "KAZ 398 республикаказахстан рк",
    "UA": "UKR 804", "UZ": "UZB 860 республикаузбекистан", "KG": "KGZ 417 кыргызстан кыргызскаяреспублика",
    "AM": "ARM 051 республикаармения", "AZ": "AZE 031", "GE": "GEO 268", "MD": "MDA 498 молдавия",
    "TJ": "TJK 762", "TM": "TKM 795 туркмения", "MN": "MNG 496", "LV": "LVA 428", "LT": "LTU 440",
    "EE": "EST 233", "CN": "CHN 156 китай кнр китайскаянароднаяреспублика", "TR": "TUR 792 турция turkey",
    "DE": "DEU 276 германия фрг", "IT": "ITA 380", "FR": "FRA 250", "PL": "POL 616", "CZ": "CZE 203",
    "FI": "FIN 246", "SE": "SWE 752", "GB": "GBR 826 англия соединенноекоролевство",
    "US": "USA 840 сша соединенныештатыамерики", "JP": "JPN 392", "KR": "KOR 410 южнаякорея",
    "IN": "IND 356", "AE": "ARE 784 оаэ", "IR": "IRN 364", "RS": "SRB 688", "AT": "AUT 040",
    "CH": "CHE 756", "NL": "NLD 528 голландия", "BE": "BEL 056", "ES": "ESP 724", "IL": "ISR 376",
    "VN": "VNM 704", "HK": "HKG 344 гонконг", "CY": "CYP 196", "HU": "HUN 348", "BG": "BGR 100",
    "SK": "SVK 703", "SI": "SVN 705", "RO": "ROU 642", "GR": "GRC 300", "NO": "NOR 578", "DK": "DNK 208",
}  # fmt: skip

# OKEI (OK 015-94): code and the spellings met in catalogues (handbook 7.2)
_UNITS = {
    "003": "мм миллиметр mm", "004": "см сантиметр cm", "006": "м метр mtr m",
    "008": "км километр km", "018": "погм мпог пм мп погонныйметр пог.м",
    "055": "м2 м² квм квадратныйметр mtk m2", "112": "л литр дм3 ltr l", "113": "м3 м³ кубм кубическийметр mtq m3",
    "163": "г грамм грам gr grm g", "166": "кг килограмм kg kgm", "168": "т тн тонна тонн mt tne t",
    "169": "тыст", "214": "квт киловатт kwt", "356": "ч час hur", "616": "боб бобина", "625": "лист",
    "642": "ед единица", "657": "изд изделие", "704": "набор", "715": "пар пара npr", "728": "пач пачка",
    "736": "рул рулон", "778": "упак упаковка уп nmp", "796": "шт штука штук pce pcs ea piece",
    "798": "тысшт тысячаштук", "812": "ящ ящик", "839": "компл комплект комп set", "868": "бут бутылка",
    "876": "услед условнаяединица",
}  # fmt: skip


def _letters(cell: pl.Expr) -> pl.Expr:
    """Small letters and digits only; null if nothing is left."""
    bare = cell.str.to_lowercase().str.replace_all("ё", "е").str.replace_all(r"[^\p{L}\p{N}²³]", "")
    return pl.when(bare != "").then(bare)


def _looked_up(cell: pl.Expr, table: Mapping[str, str], unknown: str) -> pl.Expr:
    key = _letters(cell)
    value = key.replace_strict(table, default=None, return_dtype=pl.String)
    return outcome(
        value, evidence=pl.when(key.is_not_null() & value.is_null()).then(pl.lit(unknown))
    )


def party_kind_1c(cell: pl.Expr) -> pl.Expr:
    """The party kind of 1C's ЮрФизЛицо or ЮридическоеФизическоеЛицо.

    >>> pl.select(party_kind_1c(pl.lit("ЮрЛицоНеРезидент"))).item()["value"]
    'foreign'
    """
    return _looked_up(cell, _KIND_1C, "kind_unknown")


def party_kind_ebs(cell: pl.Expr) -> pl.Expr:
    """The party kind of HZ_PARTIES.PARTY_TYPE; groups and relationships are not parties.

    >>> pl.select(party_kind_ebs(pl.lit("ORGANIZATION"))).item()["value"]
    'organization'
    """
    return _looked_up(cell, _KIND_EBS, "kind_unknown")


def party_status_ebs(cell: pl.Expr) -> pl.Expr:
    """The status of HZ_PARTIES.STATUS: A, I, M (merged) or D.

    >>> pl.select(party_status_ebs(pl.lit("M"))).item()["value"]
    'merged'
    """
    return _looked_up(cell, _STATUS_EBS, "status_unknown")


def _plain(word: str) -> str:
    return "".join(c for c in word.lower().replace("ё", "е") if c.isalnum())


def _is_country(code: str) -> bool:
    """CLDR also lists unions (EU, EZ, UN), pseudo-locales and the unknown region."""
    return (
        len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "XA", "XB", "QO", "ZZ")
    )


def _country_table() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for language in ("en", "ru"):
        names = Locale(language).territories
        table.update({_plain(name): code for code, name in names.items() if _is_country(code)})
    table.update({code.lower(): code for code in table.values()})
    for code, words in _COUNTRIES.items():
        table.update({_plain(word): code for word in words.split()})
    return table


_COUNTRY = _country_table()
_UNIT = {_plain(w): code for code, words in _UNITS.items() for w in words.split()} | {
    spelling: code for code in _UNITS for spelling in (code, code.lstrip("0"))
}


def country(cell: pl.Expr) -> pl.Expr:
    """The ISO 3166 alpha-2 code of a country's code or Russian or English name.

    >>> pl.select(country(pl.lit("РОССИЯ")), country(pl.lit("643")).alias("code")).row(0)[1]["value"]
    'RU'
    """
    return _looked_up(cell, _COUNTRY, "country_unknown")


def okei(cell: pl.Expr) -> pl.Expr:
    """The OKEI code of a unit's code or spelling; an unknown unit is left for review.

    >>> pl.select(okei(pl.lit("шт."))).item()["value"]
    '796'
    >>> pl.select(okei(pl.lit("бухта"))).item()["evidence"]
    'unit_unknown'
    """
    return _looked_up(cell, _UNIT, "unit_unknown")


FUNCTIONS: Mapping[str, Function] = {
    "party_kind_1c": party_kind_1c,
    "party_kind_ebs": party_kind_ebs,
    "party_status_ebs": party_status_ebs,
    "country": country,
    "okei": okei,
}
