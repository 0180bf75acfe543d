"""Words: both catalogues whole, plural forms, numbers and dates as Russians write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from admin import svg
from admin.words import preferences, vocabulary
from admin.words.extract import messages
from admin.words.formats import Formats
from admin.words.language import CATALOGUE, Words
from store.runs import EQUATIONS
from store.views import enquiries
from store.views.paging import Place, place
from tests.admin.seed import Seeded
from tests.admin.test_admin_pages import PAGES

WORDS = Words()
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _formats(language: preferences.Language) -> Formats:
    return Formats(language, ZoneInfo("Europe/Moscow"), WORDS[language])


def test_the_russian_catalogue_holds_every_message_and_nothing_else() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="ru")
    known = {
        entry.id if isinstance(entry.id, str) else tuple(entry.id): entry
        for entry in catalogue
        if entry.id
    }
    assert set(known) == set(messages())
    for entry in known.values():
        forms = [entry.string] if isinstance(entry.string, str) else list(entry.string)
        assert all(forms)
        assert not entry.fuzzy
        holes = set(re.findall(r"%\(\w+\)s", str(entry.id)))
        assert all(set(re.findall(r"%\(\w+\)s", form)) == holes for form in forms)


def test_no_page_asks_for_a_word_the_catalogue_lacks(client: TestClient, seeded: Seeded) -> None:
    more = (
        f"/runs/{seeded.bad_run}",
        "/quarantine/1",
        f"/parties/{seeded.party_id}?tab=units",
        "/nowhere",
    )
    for path in (*PAGES, *more):
        client.get(path)
    assert client.app.state.site.words.fallback.missing == set()  # type: ignore[attr-defined]  # a FastAPI


def test_every_counted_name_has_a_word() -> None:
    names = set(EQUATIONS) | {n for whole, parts in EQUATIONS.values() for n in (whole, *parts)}
    assert names <= set(vocabulary.TERMS)


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (1, "показана 1 строка"),
        (3, "показаны 3 строки"),
        (11, "показано 11 строк"),
        (21, "показана 21 строка"),
    ],
)
def test_russian_has_three_plural_forms(number: int, word: str) -> None:
    text = WORDS["ru"].ngettext("%(num)d row shown", "%(num)d rows shown", number)
    assert text % {"num": number} == word


def test_numbers_group_by_a_space_that_does_not_break() -> None:
    assert _formats("ru").number(1234567) == "1\xa0234\xa0567"
    assert _formats("ru").capped(10_001, 10_000) == "10\xa0000+"
    assert _formats("ru").percent(0.3141).replace("\xa0", " ") == "31,4 %"
    assert _formats("ru").percent(0.99999).startswith(">99,9")


@given(st.integers(-(10**15), 10**15), st.sampled_from(("ru", "en")))
def test_whole_numbers_are_written_as_the_library_writes_them(
    value: int, language: preferences.Language
) -> None:
    assert _formats(language).number(value) == format_decimal(value, locale=language)


@pytest.mark.parametrize(
    ("language", "number", "written"),
    [
        ("ru", "+74967318192", "+7 496 731-81-92"),
        ("ru", "+74967318192;ext=464", "+7 496 731-81-92 доб. 464"),
        ("en", "+74967318192;ext=464", "+7 496 731-81-92 ext. 464"),
        ("ru", "+7495•••3522", "+7495•••3522"),
        ("ru", "101", "101"),
        ("ru", "+0", "+0"),
    ],
)
def test_a_phone_is_written_as_by_hand(
    language: preferences.Language, number: str, written: str
) -> None:
    assert _formats(language).phone(number).replace("\N{NO-BREAK SPACE}", " ") == written


def test_moments_of_one_event_are_told_to_the_second() -> None:
    assert _formats("ru").clock(datetime(2026, 11, 21, 9, 5, 7, tzinfo=UTC)) == "12:05:07"
    assert _formats("ru").clock(None) == "—"


def test_instants_are_in_the_users_zone_with_utc_at_hand() -> None:
    assert _formats("ru").instant(datetime(2026, 11, 21, 11, 5, tzinfo=UTC)) == "21.11.2026 14:05"
    assert (
        _formats("ru").precise(datetime(2026, 11, 21, 11, 5, tzinfo=UTC))
        == "2026-11-21 11:05:00 UTC"
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 с"), (0.4, "меньше 1 с"), (61, "1 мин 1 с"), (3600, "1 ч"), (90061, "1 д 1 ч")],
)
def test_durations_show_their_two_largest_parts(seconds: float, text: str) -> None:
    assert _formats("ru").duration(seconds).replace("\xa0", " ") == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "—"), (0, "0 ч 00 мин"), (5_400, "1 ч 30 мин"), (147_629, "41 ч 00 мин")],
)
def test_working_time_is_told_in_hours(seconds: int | None, text: str) -> None:
    assert _formats("ru").hours(seconds).replace("\xa0", " ") == text


@given(st.text(max_size=30))
def test_any_cookie_is_some_preferences(text: str) -> None:
    found = preferences.loads(text)
    assert preferences.loads(found.dumps()) == found
    assert all(getattr(found, name) in choices for name, choices in preferences.CHOICES.items())


@given(
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.text(st.characters(exclude_characters="\0", codec="utf-8")),
    st.booleans(),
)
def test_a_page_token_round_trips(number: int, text: str, backward: bool) -> None:
    start = Place((number, text), backward)
    assert place(start.dumps(), enquiries.NEWEST) == start


@given(st.text(max_size=30))
def test_any_text_is_a_page_token_or_none(text: str) -> None:
    found = place(text, enquiries.NEWEST)
    assert found is None or len(found.keys) == 2


@given(st.lists(st.integers(0, 10**9), max_size=50))
def test_a_sparkline_stays_inside_its_box(values: list[int]) -> None:
    points = [tuple(map(float, p.split(","))) for p in svg.line(values, 160, 32).split()]
    assert len(points) == len(values)
    assert all(0 <= x <= 160 and 0 <= y <= 32 for x, y in points)
