"""Whether INN, OGRN and legal form can belong to one party (handbook 2.2; matching 4)."""

from __future__ import annotations

import polars as pl

CONTRADICTION = "requisites_contradict"
# КФХ is left out: it may be a sole trader's farm or a legal entity.
SOLE_TRADERS = ["ИП", "ПБОЮЛ", "ЧП", "ИП глава КФХ"]
# Russian forms only: АО and ТОО also exist in Kazakhstan, whose numbers have 12 digits.
ORGANIZATIONS = [
    "ФГБОУ ВО",
    *str.split(
        "ООО ПАО ОАО ЗАО НАО ОДО АНО НКО НП ФГУП ГУП МУП КГУП ОГУП ФКП ФГБУ ГБУ МБУ ГБУЗ МБОУ "
        "ФГКУ ФКУ ГКУ МКУ ФГАУ ГАУ МАУ ТСЖ ТСН СНТ ГСК СПК СХПК"
    ),
]


def contradiction(
    inn: pl.Expr, ogrn: pl.Expr, legal_form: pl.Expr, country: pl.Expr | None = None
) -> pl.Expr:
    """`requisites_contradict` where the cleaned columns cannot describe one Russian party, else null.

    An organization has INN-10 and OGRN-13, a sole trader INN-12 and OGRNIP-15. Rows of another country
    are not judged. Absent requisites contradict nothing.

    >>> pl.select(contradiction(pl.lit("7707083893"), pl.lit("320774600123457"), pl.lit(None))).item()
    'requisites_contradict'
    """
    long_inn = inn.str.len_bytes() == 12
    long_ogrn = ogrn.str.len_bytes() == 15
    trader = legal_form.cast(pl.String).is_in(SOLE_TRADERS)
    company = legal_form.cast(pl.String).is_in(ORGANIZATIONS)
    wrong = pl.any_horizontal(
        long_inn != long_ogrn,
        trader & ~long_inn,
        trader & ~long_ogrn,
        company & long_inn,
        company & long_ogrn,
    ).fill_null(False)
    russian = pl.lit(True) if country is None else country.fill_null("RU") == "RU"
    return pl.when(wrong & russian).then(pl.lit(CONTRADICTION))
