"""An INN whose checksum fails, where it is dropped, stays as evidence in `claimed_inn`."""

from __future__ import annotations

from typing import Any

import pytest

from mappings.load import read_mapping

PARTY = read_mapping(
    "stream: s\ntarget: party\nversion: 1\nfields:\n  name: {from: name}\n"
    "  country: {from: country}\n  inn: {from: inn, via: [inn], invalid: drop}\n",
    "test.yaml",
)


def claimed(**record: Any) -> str | None:
    found = PARTY.apply_one({"_key": "k", "name": "ООО Ромашка", **record})
    assert isinstance(found, dict)
    assert found["inn"] is None or found["claimed_inn"] is None
    value: str | None = found["claimed_inn"]
    return value


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("7414003632", "7414003632"),
        (" 7414 003632 ", "7414003632"),
        ("500100732258", "500100732258"),
        ("7414003633", None),
        ("0000000000", None),
        ("74140036", None),
        (None, None),
    ],
)
def test_only_a_wrong_checksum_makes_a_claimed_inn(given: str | None, kept: str | None) -> None:
    assert claimed(inn=given) == kept


def test_a_foreign_number_is_no_claimed_inn() -> None:
    assert claimed(inn="7414003632", country="KZ") is None
