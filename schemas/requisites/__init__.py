"""Russian requisites: INN, KPP, OGRN, OKPO, BIK and account keys, one rule per requisite.

The functions take and answer expressions; `parse_*` run the same rule on one text.
"""

from schemas.requisites.bank import account, account_holds, bik
from schemas.requisites.contradiction import contradiction
from schemas.requisites.inn import inn, is_foreign_inn
from schemas.requisites.kpp import kpp, kpp_applies, kpp_purpose, kpp_role
from schemas.requisites.national import national_number
from schemas.requisites.ogrn import ogrn
from schemas.requisites.okpo import okpo
from schemas.requisites.placeholders import INN_PLACEHOLDERS, PLACEHOLDERS
from schemas.requisites.scalar import (
    Parsed,
    parse_bik,
    parse_inn,
    parse_kpp,
    parse_ogrn,
    parse_okpo,
)

__all__ = [
    "INN_PLACEHOLDERS",
    "PLACEHOLDERS",
    "Parsed",
    "account",
    "account_holds",
    "bik",
    "contradiction",
    "inn",
    "is_foreign_inn",
    "kpp",
    "kpp_applies",
    "kpp_purpose",
    "kpp_role",
    "national_number",
    "ogrn",
    "okpo",
    "parse_bik",
    "parse_inn",
    "parse_kpp",
    "parse_ogrn",
    "parse_okpo",
]
