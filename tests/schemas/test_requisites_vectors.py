"""Requisites: the published numbers are read, the wrong ones refused with a reason."""

from __future__ import annotations

import polars as pl
import pytest

from schemas.reasons import REASONS
from schemas.requisites import (
    account,
    contradiction,
    kpp_applies,
    kpp_purpose,
    kpp_role,
    parse_bik,
    parse_inn,
    parse_kpp,
    parse_ogrn,
    parse_okpo,
)


@pytest.mark.parametrize(
    "inn", ["7414003633", "7707083893", "7708123450", "9909001382", "500100732259", "745501234564"]
)
def test_valid_inn_is_kept(inn: str) -> None:
    assert parse_inn(inn).value == inn
    assert parse_inn(inn).evidence is None


@pytest.mark.parametrize(
    ("inn", "reason"),
    [
        ("7414003632", "inn_checksum"),
        ("123456789037", "inn_checksum"),
        ("0000000000", "inn_placeholder"),
        ("1111111117", "inn_placeholder"),
        ("2222222223", "inn_placeholder"),
        ("9999999998", "inn_placeholder"),
        ("1234567894", "inn_placeholder"),
        ("123456789047", "inn_placeholder"),
        ("0", "inn_placeholder"),
        ("77070838", "inn_length"),
        ("7707083893000000000000", "inn_length"),
        ("770708389X", "inn_length"),
        ("7.70708E+09", "inn_length"),
        ("0012345674", "inn_office"),
    ],
)
def test_wrong_inn_is_refused(inn: str, reason: str) -> None:
    parsed = parse_inn(inn)
    assert (parsed.value, parsed.reason) == (None, reason)


@pytest.mark.parametrize(
    ("spelled", "evidence"),
    [
        ("'7707083893", "apostrophe"),
        ("7707083893.0", "float_spelling"),
        ("7707083893,00", "float_spelling"),
        ("7.707083893E9", "scientific"),
        ("7,707083893E+09", "scientific"),
        ("77 07 083\u00a0893", "spaces"),
        (" 7707083893\u200b", "spaces"),
        ("ИНН: 7707083893", "label"),
        ("7707083893/770701001", "combined"),
    ],
)
def test_spelling_of_a_spreadsheet_is_undone_and_told(spelled: str, evidence: str) -> None:
    parsed = parse_inn(spelled)
    assert (parsed.value, parsed.evidence) == ("7707083893", evidence)


def test_float_that_dropped_its_last_zero_is_restored() -> None:
    assert parse_inn("7.70812345E9").value == "7708123450"


@pytest.mark.parametrize("empty", [None, "", "  ", "-", "нет", "н/д", "N/A"])
def test_empty_inn_is_neither_value_nor_fault(empty: str | None) -> None:
    parsed = parse_inn(empty)
    assert (parsed.value, parsed.reason) == (None, None)


def test_lost_zero_is_restored_only_if_the_checksum_holds() -> None:
    assert (parse_inn("105018196").value, parse_inn("105018196").evidence) == (
        "0105018196",
        "lost_zero",
    )
    assert parse_inn("105018197").reason == "inn_length"


@pytest.mark.parametrize("ogrn", ["1027402166835", "1027700132195", "1022200525819"])
def test_valid_ogrn_is_kept(ogrn: str) -> None:
    assert parse_ogrn(ogrn).value == ogrn


@pytest.mark.parametrize(
    "ogrnip", ["320774600123457", "320774600123480", "320774600123491", "320774600123502"]
)
def test_ogrnip_with_any_remainder_is_valid(ogrnip: str) -> None:
    """Remainders 10, 11 and 12 count by their last digit."""
    assert parse_ogrn(ogrnip).value == ogrnip


@pytest.mark.parametrize(
    ("ogrn", "reason"),
    [
        ("1022500001328", "ogrn_checksum"),
        ("0027402166835", "ogrn_length"),
        ("120774600123457", "ogrn_length"),
        ("102740216683", "ogrn_length"),
        ("1111111111111", "ogrn_placeholder"),
    ],
)
def test_wrong_ogrn_is_refused(ogrn: str, reason: str) -> None:
    assert parse_ogrn(ogrn).reason == reason


def test_register_entry_number_is_kept_with_a_doubt() -> None:
    number = 2027402166830 // 10
    entry = f"{number}{number % 11 % 10}"
    assert parse_ogrn(entry).evidence == "entry_number"


def test_okpo_vectors() -> None:
    assert parse_okpo("00186424").value == "00186424"
    assert parse_okpo("00032537").value == "00032537"
    assert parse_okpo("29111395").reason == "okpo_checksum"
    assert parse_okpo("186424").evidence == "lost_zero"
    assert parse_okpo("123").reason == "okpo_length"
    assert parse_okpo("00000000").reason == "okpo_placeholder"


@pytest.mark.parametrize(
    ("kpp", "value"),
    [
        ("745501001", "745501001"),
        ("997550001", "997550001"),
        ("7701AB001", "7701AB001"),
        ("7701ав001", "7701AB001"),
        ("10101001", "010101001"),
        ("7707083893/770701001", "770701001"),
        ("'770701001", "770701001"),
    ],
)
def test_kpp_is_read(kpp: str, value: str) -> None:
    assert parse_kpp(kpp).value == value


@pytest.mark.parametrize(
    ("kpp", "reason"),
    [
        ("000101001", "kpp_format"),
        ("77070100", "kpp_format"),
        ("7701Ж1001", "kpp_format"),
        ("77010100A", "kpp_format"),
        ("000000000", "kpp_placeholder"),
    ],
)
def test_wrong_kpp_is_refused(kpp: str, reason: str) -> None:
    assert parse_kpp(kpp).reason == reason


def test_role_of_a_kpp_follows_its_reason_code() -> None:
    codes = ["770701001", "997550001", "770743001", "770745001", "770707001", "770715001", None]
    frame = pl.DataFrame({"kpp": codes})
    assert frame.select(kpp_role(pl.col("kpp"))).to_series().to_list() == [
        "head", "largest_taxpayer", "branch", "branch", "unknown", "unknown", None,
    ]  # fmt: skip
    purposes = frame.select(kpp_purpose(pl.col("kpp"))).to_series().to_list()
    assert purposes[4:6] == ["real_estate", "transport"]


def test_only_organizations_have_a_kpp() -> None:
    frame = pl.DataFrame({"inn": ["7707083893", "500100732259", None]})
    assert frame.select(kpp_applies(pl.col("inn"))).to_series().to_list() == [True, False, True]


def test_bik_and_accounts_of_one_bank_fit_together() -> None:
    accounts = pl.DataFrame(
        {
            "account": [
                "30101810400000000225",
                "40702810638050013199",
                "40702810638050013198",
                "4070",
            ],
            "bik": ["044525225"] * 4,
        }
    )
    answer = accounts.select(account(pl.col("account"), pl.col("bik"))).to_series().struct.unnest()
    assert answer["reason"].to_list() == [None, None, "account_key", "account_key"]
    assert parse_bik("044525225").value == "044525225"
    assert parse_bik("44525225").evidence == "lost_zero"
    assert parse_bik("54525225").reason == "bik_format"


@pytest.mark.parametrize(
    ("inn", "ogrn", "form", "country", "wrong"),
    [
        ("7707083893", "1027700132195", "ПАО", None, False),
        ("7707083893", "320774600123457", None, None, True),
        ("500100732259", "1027700132195", None, None, True),
        ("500100732259", "320774600123457", "ИП", "RU", False),
        ("7707083893", None, "ИП", None, True),
        ("500100732259", None, "ООО", None, True),
        ("500100732259", None, "ООО", "KZ", False),
        (None, None, "ООО", None, False),
        (None, None, None, None, False),
    ],
)
def test_contradicting_requisites_are_told(
    inn: str | None, ogrn: str | None, form: str | None, country: str | None, wrong: bool
) -> None:
    frame = pl.DataFrame(
        {"inn": [inn], "ogrn": [ogrn], "form": [form], "country": [country]},
        schema=dict.fromkeys(("inn", "ogrn", "form", "country"), pl.String),
    )
    verdict = frame.select(contradiction(*map(pl.col, ("inn", "ogrn", "form", "country")))).item()
    assert verdict == ("requisites_contradict" if wrong else None)


def test_every_reason_has_its_sentences() -> None:
    refused = ["7414003632", "0000000000", "1", "0012345674"]
    reasons = {parse_inn(text).reason for text in refused} | {
        parse(text).reason
        for parse in (parse_kpp, parse_ogrn, parse_okpo, parse_bik)
        for text in ("1", "00000000")
    }
    assert reasons - {None} <= REASONS.keys()
