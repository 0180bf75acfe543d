"""Pages without a browser: they answer, in the reader's language, and keep what was typed as text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from store import Store, open_store
from tests.admin.companies import company
from tests.admin.conftest import Recorded, client_of
from tests.admin.seed import CALL, Seeded

PAGES = (
    "/",
    "/sources",
    "/sources/erp",
    "/sources/shop",
    "/runs",
    "/migrations",
    "/migrations/1",
    "/users",
    "/calls",
    "/calls/report",
    "/calls/missed",
    f"/calls/{CALL}",
    "/calls/requests/kanon-1",
    "/employees",
    "/employees/ad/1",
    "/enquiries",
    "/enquiries/hand-over",
    "/enquiries/topics",
    "/enquiries/routing",
    "/enquiries/routing/new",
    "/quarantine",
    "/reviews",
    "/reviews/assignment?reason=name_alone",
    "/parties",
    "/contacts",
    "/units",
    "/items",
    "/goods",
    "/goods?status=doubtful",
    "/goods?customer_code=мтр",
    "/goods/lots",
    "/goods/lots?why=short",
    "/goods/prices",
    "/goods/dictionary",
    "/goods/dictionary/new",
    "/rules",
    "/rules/new",
    "/rules/drafts/1",
    "/account",
    "/find?q=вектор",
    "/feed",
    "/subscribers",
    "/journal",
    "/journal/1",
    "/api",
    "/-/patterns",
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_page_answers_in_the_readers_language(
    client: TestClient, path: str, language: str
) -> None:
    client.cookies.set("kanon_view", f"{language}.auto.normal.on")
    answer = client.get(path)
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    assert ("<span>Контрагенты</span>" in answer.text) == (language == "ru")


@pytest.mark.parametrize(
    "path", ["/", "/sources", "/runs", "/quarantine", "/reviews", "/parties", "/feed"]
)
def test_an_empty_store_is_explained(bare: TestClient, path: str) -> None:
    answer = bare.get(path)
    assert answer.status_code == 200
    assert 'class="blank"' in answer.text or path in ("/", "/sources")


def test_the_overview_counts_records_and_companies(client: TestClient, seeded: Seeded) -> None:
    text = client.get("/").text
    assert "Требует внимания" in text
    assert "1С не принимает логин" in text
    assert f">{seeded.companies + 1}</span>" in text


def test_a_run_that_does_not_add_up_says_by_how_much(client: TestClient, seeded: Seeded) -> None:
    assert "не сходится на 3" in client.get(f"/runs/{seeded.bad_run}").text
    assert "не сходится на" not in client.get(f"/runs/{seeded.good_run}").text


def test_a_run_leads_to_the_changes_it_published(client: TestClient, seeded: Seeded) -> None:
    path = f"/feed?run={seeded.good_run}"
    assert f'href="{path}"' in client.get(f"/runs/{seeded.good_run}").text
    told = client.get(path.replace("/feed", "/feed.json")).json()["rows"]
    assert told
    assert {one["run_id"] for one in told} == {seeded.good_run}
    assert client.get(f"/feed.json?run={seeded.bad_run}").json()["rows"] == []
    for hostile in ("9" * 40, "x", "²"):
        assert client.get("/feed", params={"run": hostile}).status_code == 200
    assert f"/feed?run={seeded.bad_run}" not in client.get(f"/runs/{seeded.bad_run}").text


def test_paging_shows_every_company_once_and_leads_back(client: TestClient, seeded: Seeded) -> None:
    seen: list[str] = []
    path, backward = "/parties", ""
    while path:
        text = client.get(path).text
        seen += re.findall(r'<td class=" wide"><a href="/parties/([^"]+)"', text)
        found = re.search(r'href="([^"]+)" rel="next"', text)
        back = re.search(r'href="([^"]+)" rel="prev"', text)
        backward = back.group(1) if back else backward
        path = found.group(1).replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == seeded.companies
    assert seen[0] in client.get(backward.replace("&amp;", "&")).text


def test_a_spoilt_page_token_is_the_first_page(client: TestClient) -> None:
    assert client.get("/parties?at=garbage").text.count("<tr") == client.get("/parties").text.count(
        "<tr"
    )


def test_search_ignores_case_and_yo(client: TestClient) -> None:
    text = client.get("/parties", params={"q": "ЕЛКА И ПАРТНЕРЫ 6"}).text
    assert company(6)["name"] in text.replace("&#34;", '"')


def test_one_hit_opens_the_card_and_several_are_shown(client: TestClient, seeded: Seeded) -> None:
    one = client.get("/find", params={"q": company(1)["inn"]}, follow_redirects=False)
    assert one.headers["location"] == f"/parties/{seeded.party_id}"
    many = client.get("/find", params={"q": "вектор"}, follow_redirects=False)
    assert many.text.count("<tr data-href>") > 5


def test_a_card_tells_why_and_shows_what_came(client: TestClient, seeded: Seeded) -> None:
    card = client.get(f"/parties/{seeded.party_id}").text
    assert "Побеждает источник с большим доверием." in card
    assert "ниже доверие" in card
    sources = client.get(f"/parties/{seeded.party_id}?tab=sources").text
    assert "TAX_REFERENCE" in sources
    assert "Совпадают имя и телефон или почта." in sources
    assert "Вероятность 99,7\xa0%" in sources
    assert "Кузнецова Анна Петровна" in client.get(f"/parties/{seeded.party_id}?tab=units").text
    assert "создан" in client.get(f"/parties/{seeded.party_id}?tab=history").text


def test_a_merged_id_leads_to_its_survivor(client: TestClient, seeded: Seeded) -> None:
    answer = client.get(f"/parties/{seeded.merged_id}")
    assert answer.url.path == f"/parties/{seeded.survivor_id}"
    assert "слита с этой" in answer.text


def test_payloads_are_shown_as_text_and_the_fault_is_marked(client: TestClient) -> None:
    text = client.get("/quarantine/16").text
    assert "ООО &lt;b&gt;Вега&lt;/b&gt;" in text
    assert re.search(r'class="fault"><th scope="row" class="code">TAX_REFERENCE', text)
    assert "проверьте цифры по выписке" in text


@pytest.mark.parametrize("query", ["<script>alert(1)</script>", '"><img src=x>', "{{7*7}}"])
def test_what_was_typed_stays_text(client: TestClient, query: str) -> None:
    text = client.get("/parties", params={"q": query}).text
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "49" not in re.findall(r'value="([^"]*)"', text)


def test_csv_is_safe_and_complete(client: TestClient, seeded: Seeded) -> None:
    answer = client.get("/parties.csv")
    lines = answer.text.removeprefix("\ufeff").splitlines()
    assert lines[0].startswith("Наименование;ИНН;ОГРН")
    assert len(lines) == seeded.companies + 1
    assert all(row["golden_id"] for row in client.get("/feed.json").json()["rows"])


def test_a_missing_page_says_so_in_both_languages(client: TestClient) -> None:
    russian = client.get("/nowhere")
    assert russian.status_code == 404
    assert "Такой страницы нет" in russian.text
    assert re.search(r"[0-9A-F]{8}", russian.text)
    assert "There is no such page" in client.get("/nowhere?lang=en").text
    assert (
        client.get("/runs/999999").status_code
        == client.get("/quarantine/999999").status_code
        == 404
    )


def test_a_broken_page_shows_a_number_and_no_stack(
    full_store: tuple[Store, Seeded], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret 7707083893")

    monkeypatch.setattr("admin.pages.feed.lists.load", broken)
    answer = client_of(full_store[0], catch=True).get("/feed")
    assert answer.status_code == 500
    assert "Что-то сломалось" in answer.text
    assert "7707083893" not in answer.text
    assert "RuntimeError" not in answer.text


def test_metrics_and_probes(client: TestClient) -> None:
    assert client.get("/-/health").json() == {"status": "ok"}
    assert client.get("/-/ready").json() == {"status": "ready"}
    text = client.get("/-/metrics").text
    assert 'kanon_quarantine_rows{connection="erp",reason="inn_checksum"} 9' in text
    assert 'kanon_lag_seconds{connection="erp",stream="parties"} 240' in text
    assert 'kanon_answer_seconds_bucket{le="+Inf"}' in text


def test_a_store_without_tables_is_not_ready(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'kanon.db'}", tmp_path / "landing")
    answer = client_of(store).get("/-/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "store_unavailable"}
    store.close()


def test_buttons_without_a_hub_say_so(full_store: tuple[Store, Seeded], actions: Recorded) -> None:
    client = client_of(full_store[0])
    token = re.search(r'name="csrf" value="(\w+)"', client.get("/sources/erp").text)
    assert token
    answer = client.post(
        "/sources/erp/sync",
        data={"csrf": token.group(1)},
        headers={"sec-fetch-site": "same-origin"},
    )
    assert answer.status_code == 500
    assert "kanon serve" in answer.text
