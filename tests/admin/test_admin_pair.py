"""A pair under a person's eyes, and what the card says of how records came and what was decided."""

from __future__ import annotations

import re
from itertools import pairwise

import polars as pl
import pytest
from starlette.testclient import TestClient

from admin.pages.party import decided
from admin.pages.review_sheet import FIELDS, compared
from admin.svg import waterfall
from schemas.evidence import LINKED
from store import Store, decisions
from tests.admin.companies import id_of, inn
from tests.admin.seed import Seeded

ONEC = "onec/Catalog_Контрагенты/{:04d}"


def _pair(client: TestClient, number: int) -> str:
    params = {"left": f"erp/parties/{number}", "right": ONEC.format(number + 1)}
    answer = client.get("/reviews/pair", params=params)
    assert answer.status_code == 200
    return answer.text


def _marked(text: str, *numbers: str) -> bool:
    """Whether these numbers stand in one row, each with the digits marked that differ."""
    for row in re.findall(r"<tr>.*?</tr>", text, re.DOTALL):
        cells = re.findall(r"<td>(.*?)</td>", row, re.DOTALL)
        if [re.sub("<[^>]+>", "", cell).strip() for cell in cells] == [*numbers]:
            return all('<mark class="code">' in cell for cell in cells)
    return False


def test_both_records_stand_side_by_side_with_what_differs_first(client: TestClient) -> None:
    text = _pair(client, 5)
    assert _marked(text, inn(5), inn(6))
    marks = re.findall(r'aria-label="(различается|совпадает)"', text)
    assert marks == sorted(marks)
    assert set(marks) == {"различается", "совпадает"}
    assert f'href="/clusters/{id_of(5)}"' in text


def test_the_waterfall_tells_every_step_and_the_sum(client: TestClient) -> None:
    text = _pair(client, 5)
    numbers = re.findall(r'class="num (?:bad|ok)">([^<]+)<', text)
    assert numbers == ["−8,7", "−1,6", "+0,9", "+6,1", "+8,4", "+5,1"]
    assert "Похоже на компании одной группы" in text
    assert text.index("Похоже на компании") < text.index("До всяких признаков")
    assert "В очереди стоит 98,1" in text


def test_the_trust_of_each_source_stands_beside_its_record(client: TestClient) -> None:
    text = re.sub("<[^>]+>", "", _pair(client, 5))
    assert "реквизиты: место 1 из 3; название: место 2 из 3" in text


def test_without_evidence_the_records_are_still_compared(client: TestClient) -> None:
    text = _pair(client, 7)
    assert "Здесь взвесить признаки нельзя" in text
    assert _marked(text, inn(7), inn(8))
    assert "kanon different erp/parties/7" in text


@pytest.mark.parametrize(
    ("left", "right", "status"),
    [
        ("erp/parties/none", "erp/parties/1", 404),
        ("nonsense", "erp/parties/1", 404),
        ("", "", 404),
    ],
)
def test_an_unknown_record_is_no_pair(
    client: TestClient, left: str, right: str, status: int
) -> None:
    found = client.get("/reviews/pair", params={"left": left, "right": right})
    assert found.status_code == status


def test_either_way_round_is_the_same_pair(client: TestClient) -> None:
    turned = {"left": ONEC.format(6), "right": "erp/parties/5"}
    text = client.get("/reviews/pair", params=turned).text
    assert "98,1\xa0%" in text


def test_lists_agree_if_they_share_a_value_and_silence_is_no_difference() -> None:
    empty = dict.fromkeys(FIELDS)
    left = {**empty, "phones": ["1", "2"], "inn": "7", "kpp": "a", "name": "Вега"}
    right = {**empty, "phones": ["2", "3"], "inn": "8", "kpp": None, "name": "Вега"}
    assert [(line.name, line.mark) for line in compared(left, right)] == [
        ("inn", "differs"), ("name", "same"), ("phones", "same"), ("kpp", ""),
    ]  # fmt: skip


def test_bars_of_a_waterfall_follow_each_other_and_stay_inside() -> None:
    steps = [-8.7, -1.6, 0.9, 6.1, 8.4]
    bars = waterfall(steps, 240)
    assert len(bars) == len(steps) + 1
    assert all(bar.x >= 0 and bar.x + bar.width <= 240.02 for bar in bars)
    rising = bars[2:5]
    assert all(a.x + a.width == pytest.approx(b.x, abs=0.02) for a, b in pairwise(rising))
    assert waterfall([0.0])[0].width > 0


def test_each_source_record_says_why_it_is_here(client: TestClient) -> None:
    by_rule = client.get(f"/parties/{id_of(3)}?tab=sources").text
    assert LINKED["R1"][0] in by_rule
    assert "Вероятность" not in by_rule
    by_person = client.get(f"/parties/{id_of(2)}?tab=sources").text
    assert LINKED["decided"][0] in by_person
    assert 'href="?tab=history"' in by_person


def test_the_card_tells_who_decided_when_and_why_and_how_to_take_it_back(
    client: TestClient, seeded: Seeded
) -> None:
    text = client.get(f"/parties/{seeded.party_id}?tab=history").text
    assert text.count("<b>Ильина</b>: подтвердил бухгалтер по телефону") == 3
    assert re.findall(r"<code>(kanon withdraw \d+)</code>", text) == [
        "kanon withdraw 2",
        "kanon withdraw 1",
    ]
    assert "Отозвано: Кузнецова" in text
    assert "Телефоны = +74950000101" in text
    quiet = client.get(f"/parties/{id_of(9)}?tab=history").text
    assert "kanon withdraw" not in quiet


def test_an_act_of_several_decisions_is_told_once(full_store: tuple[Store, Seeded]) -> None:
    store, seeded = full_store
    with store.read() as reader:
        history = decisions.history(reader, seeded.party_id)
    together = history.with_columns(pl.lit(1).alias("act"))
    (told,) = decided(together)
    assert told.id == history["decision_id"].min()
