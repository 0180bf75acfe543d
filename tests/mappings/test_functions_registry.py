"""The registry: every function is documented by an example, and answers any text row by row."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from types import ModuleType

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mappings.functions
from mappings.functions import FUNCTIONS
from schemas.outcome import REASON, VALUE
from schemas.reasons import REASONS
from tests.support.examples import examples

PACKAGES = ("mappings.functions", "schemas.requisites")
OWN = {
    "strip", "text", "upper", "lower", "empty_ref", "spaced", "number", "yes_no", "barcode", "okei", "country",
    "inn", "kpp", "ogrn", "okpo", "bik", "phone", "phones", "email", "emails", "timestamp", "date_1c",
    "person_last", "person_first", "person_middle", "person_name", "party_kind_1c", "party_kind_ebs",
    "party_status_ebs",
}  # fmt: skip


def _modules() -> list[ModuleType]:
    names = [
        f"{package}.{info.name}"
        for package in PACKAGES
        for info in pkgutil.iter_modules(importlib.import_module(package).__path__)
    ]
    names += ["schemas.mail_domains", "schemas.phone_kinds", "schemas.given_names"]
    return [importlib.import_module(name) for name in sorted(names)]


@pytest.mark.parametrize("module", _modules(), ids=lambda module: module.__name__)
def test_examples_in_docstrings_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_the_promised_names_are_there() -> None:
    assert FUNCTIONS.keys() >= OWN
    assert mappings.functions.FUNCTIONS is FUNCTIONS


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_shows_an_example(name: str) -> None:
    assert ">>>" in (inspect.getdoc(FUNCTIONS[name]) or "")


def _apply(name: str, texts: list[str | None]) -> pl.Series:
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    return frame.select(FUNCTIONS[name](pl.col("text")).alias("answer")).to_series()


@pytest.mark.parametrize("name", sorted(OWN))
def test_null_gives_null_and_an_empty_column_an_empty_one(name: str) -> None:
    assert len(_apply(name, [])) == 0
    answer = _apply(name, [None])
    value = answer.struct.field(VALUE) if isinstance(answer.dtype, pl.Struct) else answer
    assert value.to_list() == [None]


@pytest.mark.parametrize("name", sorted(OWN))
@settings(max_examples=examples(12), deadline=None)
@given(texts=st.lists(st.text(max_size=25) | st.none(), max_size=8), cut=st.integers(0, 8))
def test_answers_do_not_depend_on_the_rows_around(
    name: str, texts: list[str | None], cut: int
) -> None:
    whole = _apply(name, texts)
    assert (
        whole.to_list() == _apply(name, texts[:cut]).to_list() + _apply(name, texts[cut:]).to_list()
    )
    if isinstance(whole.dtype, pl.Struct):
        assert set(whole.struct.field(REASON).drop_nulls()) <= REASONS.keys()
