"""The requisites by the names mappings use; the rules live in `schemas.requisites`."""

from __future__ import annotations

from collections.abc import Mapping

from mappings.functions.function import Function
from schemas.requisites import bik, inn, kpp, national_number, ogrn, okpo

FUNCTIONS: Mapping[str, Function] = {
    "inn": inn,
    "kpp": kpp,
    "ogrn": ogrn,
    "okpo": okpo,
    "bik": bik,
    "national_number": national_number,
}
