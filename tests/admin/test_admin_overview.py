"""The first page tells two weeks by day, how old waiting pairs are, and whether changes reach subscribers."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from admin.background.trending import Trending
from store import Store
from store.engine import Reader
from store.views import trends


def _card(text: str, name: str) -> str:
    """What the section of this heading says, without its marks."""
    section = text[text.index(f'aria-labelledby="{name}"') :].partition("</section>")[0]
    return " ".join(re.sub("<[^>]+>", " ", section).split())


def test_days_desk_and_delivery_stand_on_the_first_page(client: TestClient) -> None:
    text = client.get("/").text
    days = _card(text, "by-day")
    assert f"{datetime.now(UTC):%d.%m.%Y}" in days
    assert "Получено записей" in days
    desk = _card(text, "desk")
    assert "Отвечено сегодня" in desk
    assert re.search(r'href="/reviews\?age=\w+"', text)
    delivery = _card(text, "delivery")
    for name in ("Битрикс24", "bi", "Сайт", "Склад", "Пауза", "Почта"):
        assert name in delivery
    assert "Доставлено подписчикам" in text


def test_an_empty_base_invites_subscribers_and_draws_no_curve(bare: TestClient) -> None:
    text = bare.get("/").text
    assert "Подписчиков нет" in _card(text, "delivery")
    assert "Доставлено подписчикам" not in text


def test_the_api_tells_the_same_figures(client: TestClient) -> None:
    told = client.get("/v1/overview").json()
    assert len(told["days"]) == trends.DAYS
    names = [one["name"] for one in told["subscribers"]]
    assert sorted(names) == sorted(["Битрикс24", "bi", "Сайт", "Склад", "Пауза", "Почта"])
    assert 0 <= told["delivered"] <= 1


def test_the_queue_is_narrowed_by_age(client: TestClient) -> None:
    ages = client.get("/v1/overview").json()["ages"]
    for age, count in ages.items():
        assert len(client.get("/v1/reviews", params={"age": age}).json()["items"]) == count
        assert len(client.get(f"/reviews.json?age={age}").json()["rows"]) == count
    everything = client.get("/reviews.json").json()["rows"]
    assert sum(ages.values()) == len(everything) > 0
    assert client.get("/v1/reviews", params={"age": "none"}).status_code == 422
    page = client.get("/reviews?age=older").text
    assert '<option value="older" selected>' in page


def test_no_page_waits_for_a_count_but_the_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("admin.background.trending._STANDS_SECONDS", 0.0)
    monkeypatch.setattr("admin.background.trending._REST", 0)
    really, slow = trends.trends, [0.4]

    def counted(reader: Reader) -> trends.Trends:
        time.sleep(slow[0])
        return really(reader)

    monkeypatch.setattr(trends, "trends", counted)
    trending = Trending(store)
    assert trending.latest(0.01) is None
    first = trending.latest(20)
    assert first is not None
    began = time.monotonic()
    assert trending.latest(20) is first
    assert time.monotonic() - began < 0.3
