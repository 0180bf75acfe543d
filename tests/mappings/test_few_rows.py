"""Few rows are cleaned by quicker means than many, to the same result."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings import load_mapping
from mappings.functions import FUNCTIONS
from mappings.functions.addressing.pieces import TOLD, read_closely, understood
from mappings.functions.naming.spellings import HEAD, ONLY_FORM, TAIL
from mappings.functions.naming.steps import STEPS, UNSETTLED
from schemas.outcome import EVIDENCE, REASON, VALUE
from schemas.patterns import (
    FEW_FOR_LONG,
    counted,
    extracted,
    found,
    rewritten,
    without,
)
from tests.support.examples import examples

MANY = FEW_FOR_LONG + 1
# The last signs are not ordinary: another alphabet, a combining mark, a separator, a control character.
SIGNS = ' "«»()№—-,.;:/|_!*7яЯёООоабфилинндубльтестZzgLO\u0301ſé\u2028\x1c\n\x85\u00a0١'
TEXTS = st.text(SIGNS, max_size=14) | st.sampled_from(
    [
        *("ООО (дубль) Рога", "филиал ЮГ", "ИНН 7707083893", "рога  _ копыта", "12 к2с3", ""),
        *("ооо\n", "ромашка ооо\n", "ooo\x1cромашка"),
        "общество\u00a0с ограниченной ответственностью",
    ]
)
PATTERNS = [step.trigger for step in STEPS if step.trigger] + [UNSETTLED, HEAD, TAIL, ONLY_FORM]
PATTERNS += [r"\b(?:тест|оо)\b", r"[\p{L}\s]+\p{N}", r"([А-яЁё]+)$"]


def alike(few: pl.Series, many: pl.Series) -> bool:
    return few.to_list() == many.head(len(few)).to_list()


@given(st.lists(TEXTS | st.none(), min_size=1, max_size=6), st.sampled_from(PATTERNS))
@settings(max_examples=examples(150), deadline=None)
def test_a_pattern_says_of_few_texts_what_it_says_of_many(
    texts: list[str | None], pattern: str
) -> None:
    few = pl.Series("t", texts, dtype=pl.String)
    many = pl.concat([few, pl.repeat("прочее", MANY, dtype=pl.String, eager=True).alias("t")])
    assert alike(found(few, pattern), found(many, pattern))
    assert alike(without(few, pattern), without(many, pattern))
    assert alike(counted(few, pattern), counted(many, pattern))
    changes = [(pattern, "<"), ("([а-я])<", "${1}>")]
    assert alike(rewritten(few, changes), rewritten(many, changes))
    assert alike(rewritten(few, changes, once=True), rewritten(many, changes, once=True))
    grouped = f"({pattern})"
    assert alike(extracted(few, grouped), extracted(many, grouped))


def test_a_sign_that_is_not_ordinary_sends_few_texts_to_the_engine_of_many() -> None:
    """To Python a no-break space or «١» is a space or a digit where Polars' classes may differ."""
    odd = pl.Series(["Рога\u2028", "١", "e\u0301x", None])
    many = pl.concat([odd, pl.repeat("x", MANY, eager=True)])
    for pattern in (r"\s$", r"[0-9]", r"\b", r"x$"):
        assert alike(found(odd, pattern), found(many, pattern))


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_says_nothing_of_a_null(name: str) -> None:
    """Fields that no row speaks of are left out of the work: this is what makes it right."""
    answer = (
        pl.Series("t", [None, None], dtype=pl.String)
        .to_frame()
        .select(FUNCTIONS[name](pl.col("t")).alias("a"))["a"]
    )
    parts = answer.struct.unnest() if answer.dtype == pl.Struct else answer.to_frame()
    told = [part for part in parts.columns if part in (VALUE, REASON, EVIDENCE, "a")]
    assert parts.select(told).null_count().row(0) == (2,) * len(told)


ROWS = pl.DataFrame(
    {
        "Наименование": ['ООО "Ромашка"', "Филиал Рога (дубль) ООО в г. Туле", None, "Ёж\u0301 АО", None],
        "ИНН": ["7707083893", "770708389", "7707083894", None, None],
        "Адрес": ["г. Тула, ул. Кирова, д. 12к2с3", "455000, Магнитогорск г, Кирова ул, 93", None, "?", None],
        "Телефон": ["8 (495) 764-42-84", "доб. 5", None, "+49 30 1234567", None],
        "E-mail": ["a@romashka.example", "нет; b@romashka.example", None, "@", None],
        "_key": ["1", "2", "3", "4", "5"],
    }
)  # fmt: skip


def test_each_row_alone_ends_as_it_does_among_the_others() -> None:
    mapping = load_mapping("files", "counterparties")
    whole = mapping.apply(ROWS)
    alone = [mapping.apply(ROWS.slice(row, 1)) for row in range(ROWS.height)]
    assert whole.records["key"].to_list() == ["1", "2", "4"]
    assert whole.rejects["key"].to_list() == ["3", "5"], "neither says who it is"
    assert pl.concat([part.records for part in alone]).equals(whole.records)
    assert pl.concat([part.rejects for part in alone]).equals(whole.rejects)


def test_a_refused_row_keeps_its_payload_whole_whatever_ends_a_line_elsewhere() -> None:
    strange = "до\u2028после\x85и\x1cконец"
    rows = pl.DataFrame({"_key": ["1", "2"], "Телефон": [None, None], "Заметка": [strange, "b"]})
    rejects = load_mapping("files", "counterparties").apply(rows).rejects
    assert [strange in text or "после" in text for text in rejects["payload"]] == [True, False]


def test_a_segment_with_several_type_words_is_cut_where_few_are_and_where_many_are() -> None:
    few = pl.Series(
        ["г магнитогорск ул кирова", "кирова ул 93", "магнитогорск", "х. такташа улица"]
    )
    many = pl.concat([few, pl.Series([f"место {n}" for n in range(MANY)])])
    told = understood(many).filter(pl.col("nth") < len(few))
    assert understood(few).equals(told)
    assert set(told["kind"]) <= set(TOLD)


NUMBERS = st.from_regex(r"\A(, ?)?[0-9]{1,8}([-/ ][0-9]{1,4}){0,2}[кa-я]?\Z")


@given(st.lists(NUMBERS | TEXTS | st.just("445000"), min_size=1, max_size=8))
@settings(max_examples=examples(300), deadline=None)
def test_a_bare_number_in_an_address_is_read_as_closely_as_words(segments: list[str]) -> None:
    written = pl.Series("t", segments, dtype=pl.String)
    quickly = understood(written)
    assert quickly.equals(read_closely(written).select(quickly.columns))
