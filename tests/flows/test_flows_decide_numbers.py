"""A number set by hand is checked like one from a source, and never taken from the company that holds it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest

from flows import decide
from flows.create import create
from flows.gate import Duplicate, ask
from schemas.errors import ConfigError, Conflict
from tests.flows.judged import Judged, inn
from tests.support.filled import HubOf

STEWARD = "steward"
OGRN, OTHER_OGRN = "1027700132195", "1027700067328"
KAZAKH = {"kind": "foreign", "country": "KZ"}


def known(judged: Judged) -> None:
    """Companies a, b, c; a of two units, b with an OGRN, c of Kazakhstan with a national number."""
    judged.put(
        {"key": "a", "name": "ООО Ромашка", "inn": inn(1), "kpp": "770101001"},
        {"key": "a2", "name": "ООО Ромашка", "inn": inn(1), "kpp": "770143001"},
        {"key": "b", "name": "ООО Вектор", "inn": inn(2), "kpp": "770201001", "ogrn": OGRN},
        {"key": "c", "name": "ТОО Алатау", "national_number": "990340000283", **KAZAKH},
        {"key": "d", "name": "ТОО Медеу", **KAZAKH},
    )


@pytest.fixture
def hub(hub_of: HubOf) -> Judged:
    return hub_of(known)


@pytest.mark.parametrize(
    ("field", "value"),
    [("inn", inn(2)), ("inn", f" {inn(2)[:4]} {inn(2)[4:]}"), ("ogrn", OGRN)],
)
def test_a_number_of_another_company_is_refused_with_its_holder(
    hub: Judged, field: str, value: str
) -> None:
    for preview in (True, False):
        with pytest.raises(Conflict, match="held by another company") as refused:
            decide.set_value(hub.house, hub.of("a"), field, value, STEWARD, preview=preview)
        assert hub.of("b") in refused.value.ru
        assert "Вектор" in refused.value.en
    assert hub.ledger().is_empty()


def test_a_national_number_is_refused_with_its_country_only(hub: Judged) -> None:
    d = hub.of("d")
    with pytest.raises(Conflict, match="Алатау"):
        decide.set_value(hub.house, d, "national_number", "9903-4000-0283", STEWARD)
    decide.set_value(hub.house, d, "country", "Беларусь", STEWARD)
    decide.set_value(hub.house, d, "national_number", "9903-4000-0283", STEWARD)
    with pytest.raises(Conflict, match="Алатау"):
        decide.set_value(hub.house, d, "country", "Казахстан", STEWARD)
    hub.settle()
    found = hub.golden().filter(id=d).select("country", "national_number")
    assert found.rows() == [("BY", "990340000283")]


def test_the_companys_own_number_and_one_nobody_has_are_taken(hub: Judged) -> None:
    b = hub.of("b")
    assert decide.set_value(hub.house, b, "inn", inn(2), STEWARD).written == 1
    assert decide.set_value(hub.house, b, "ogrn", OTHER_OGRN, STEWARD).written == 1
    hub.settle()
    assert hub.golden().filter(id=b)["ogrn"].to_list() == [OTHER_OGRN]


def test_a_wrong_check_digit_is_refused_with_the_sentence_of_the_mapping(hub: Judged) -> None:
    for field, value in (("inn", "7707083894"), ("ogrn", "1027700132196"), ("inn", "0000000000")):
        with pytest.raises(ConfigError, match=f"^{field}: "):
            decide.set_value(hub.house, hub.of("a"), field, value, STEWARD)


def test_a_number_set_a_moment_ago_is_held_before_golden_says_so(hub: Judged) -> None:
    """Also against creation; and free again when the value was replaced or released."""
    decide.set_value(hub.house, hub.of("a"), "ogrn", OTHER_OGRN, STEWARD)
    with pytest.raises(Conflict, match="Ромашка"):
        decide.set_value(hub.house, hub.of("b"), "ogrn", OTHER_OGRN, STEWARD)
    typed = {"name": "ООО «Гранит»", "ogrn": OTHER_OGRN}
    answer = ask(hub.house, typed)
    assert (answer.verdict, answer.hits[0].id) == ("duplicate", hub.of("a"))
    decide.release_value(hub.house, hub.of("a"), "ogrn", STEWARD)
    assert ask(hub.house, typed).verdict == "new"


def test_what_was_created_a_moment_ago_holds_its_number(hub: Judged) -> None:
    create(hub.house, {"name": "ООО «Гранит»", "inn": inn(7)})
    with pytest.raises(Conflict, match="Гранит"):
        decide.set_value(hub.house, hub.of("a"), "inn", inn(7), STEWARD)


def test_a_kpp_of_another_unit_of_the_company_is_refused(hub: Judged) -> None:
    units = hub.golden("unit").sort("kpp")
    head = units.filter(kpp="770101001")["id"][0]
    with pytest.raises(Conflict, match="another unit"):
        decide.set_value(hub.house, head, "kpp", "770143001", STEWARD)
    assert decide.set_value(hub.house, head, "kpp", "770201001", STEWARD).written == 1
    assert decide.set_value(hub.house, head, "kpp", "770101001", STEWARD).written == 1


@pytest.mark.parametrize(
    "spelling", ["990340000283", " 9903 4000 0283", "9903-4000‑0283", "990340000283.0"]
)
def test_a_national_number_is_one_however_it_is_spelt(hub: Judged, spelling: str) -> None:
    typed = {"name": "Alatau LLP", "country": "Казахстан", "national_number": spelling}
    answer = ask(hub.house, typed)
    assert (answer.verdict, answer.hits[0].id) == ("duplicate", hub.of("c"))
    assert answer.hits[0].rule == "national_number"
    assert ask(hub.house, {**typed, "country": "Беларусь"}).verdict == "new"


def test_of_simultaneous_creations_under_one_national_number_one_succeeds(hub: Judged) -> None:
    spellings = ["he 123-456", "HE123456", "НЕ 123456", "He.123.456"]

    def attempt(spelling: str) -> str:
        fields = {"name": "Vega Ltd", "country": "CY", "national_number": spelling}
        try:
            return f"made {create(hub.house, fields).id}"
        except Duplicate as refused:
            return f"refused {refused.answer.hits[0].id}"

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(attempt, spellings * 2))
    made = [one.split()[1] for one in told if one.startswith("made")]
    assert len(made) == 1
    assert {one.split()[1] for one in told} == set(made)
    hub.settle()
    found = hub.golden().filter(pl.col("country") == "CY")
    assert found.select("id", "national_number").rows() == [(made[0], "HE123456")]
