"""Putting refused records right by the pages: typed, checked, saved, put off, taken back; and sources tended."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest
from httpx import Response
from starlette.testclient import TestClient

from tests.admin.conftest import Recorded
from tests.admin.mending import BATCH, GOOD

GROUP = {"reason": "inn_checksum", "connection": "erp", "stream": "parties"}
HOSTILE = ("<script>alert(1)</script>", "\u202e7707", "=1+1", "'; --", "7" * 5000, "🙂")


def sent(
    client: TestClient, page: str, path: str, fields: Mapping[str, str | list[str]]
) -> Response:
    """The answer to a form of a page."""
    token = re.search(r'name="csrf" value="([^"]+)"', client.get(page).text)
    assert token
    body = urlencode({**fields, "csrf": token[1]}, doseq=True)
    headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    answer: Response = client.post(path, content=body, headers=headers, follow_redirects=False)
    return answer


def test_the_bad_field_comes_first_and_can_be_typed_over(client: TestClient) -> None:
    text = client.get("/quarantine/1").text
    names = re.findall(r'name="field\.(\w+)"', text)
    assert names == [
        "TAX_REFERENCE",
        "PARTY_ID",
        "PARTY_NAME",
        "КонтактнаяИнформация",
        "PHONE_NUMBER",
    ]
    assert re.search(r'<textarea id="field.КонтактнаяИнформация"', text)
    assert "источник присылает: ООО &lt;b&gt;Вега&lt;/b&gt;" in text
    assert '<span class="code">strip</span> → <span class="code">inn</span>' in text


def test_a_check_says_what_mapping_would_and_keeps_what_was_typed(
    client: TestClient, actions: Recorded
) -> None:
    bad = sent(
        client, "/quarantine/1", "/quarantine/1/check", {"field.TAX_REFERENCE": "770708389A"}
    )
    assert "Контрольное число ИНН не сходится" in bad.text
    assert 'value="770708389A"' in bad.text
    good = sent(client, "/quarantine/1", "/quarantine/1/check", {"field.TAX_REFERENCE": GOOD})
    assert "С такими значениями запись проходит." in good.text
    assert actions.asked == []


def test_a_saved_correction_leads_to_the_next_row_refused_alike(
    client: TestClient, actions: Recorded
) -> None:
    form = {"field.TAX_REFERENCE": GOOD, "seen": "seen", "why": " по выписке "}
    answer = sent(client, "/quarantine/1", "/quarantine/1", form)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/quarantine/2?batch={BATCH}&fixed=1&failed=0"
    (asked,) = actions.asked
    assert asked[:4] == ("mend", 1, {"TAX_REFERENCE": GOOD}, "seen")
    assert asked[5] == "по выписке"
    assert "прошло 1, отказ 0" in client.get(answer.headers["location"]).text


def test_what_would_not_pass_is_not_saved_and_stays_in_the_form(client: TestClient) -> None:
    form = {"field.TAX_REFERENCE": "1", "seen": "seen"}
    answer = sent(client, "/quarantine/1", "/quarantine/1", form)
    assert answer.status_code == 200
    assert 'value="1"' in answer.text


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_is_text(client: TestClient, text: str) -> None:
    row = sent(client, "/quarantine/1", "/quarantine/1/check", {"field.TAX_REFERENCE": text})
    query = urlencode({**GROUP, "column": text, "how": "replace", "find": text, "put": text})
    for answer in (row, client.get(f"/quarantine/alike?{query}")):
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/quarantine/1/check", {"field.TAX_REFERENCE": "77\0"}),
        ("/quarantine/1", {"field.\0": "77"}),
        ("/quarantine/alike", {**GROUP, "find": "\0"}),
        ("/quarantine/alike", {"reason": "x"}),
        ("/quarantine/put-off", {"id": "1", "why": " "}),
        ("/quarantine/put-off", {"id": "9" * 30, "why": "потом"}),
        ("/quarantine/put-off", {"id": "1", "why": "x\0"}),
        ("/quarantine/corrections/withdraw", {"batch": "../etc"}),
        ("/sources/erp/again", {"stream": "parties", "since": "вчера"}),
    ],
)
def test_a_form_that_cannot_be_meant_is_refused_in_words(
    client: TestClient, actions: Recorded, path: str, form: dict[str, str]
) -> None:
    answer = sent(client, "/quarantine/1", path, form)
    assert 400 <= answer.status_code < 500
    assert "<h1>" in answer.text
    assert actions.asked == []


def test_all_alike_are_shown_before_and_after_and_saved_as_one_batch(
    client: TestClient, actions: Recorded
) -> None:
    change = {"column": "TAX_REFERENCE", "how": "trim"}
    shown = client.get(f"/quarantine/alike?{urlencode({**GROUP, **change})}").text
    assert "Изменятся: 5, из них пройдут: 4" in shown
    assert "Исправить 4 записи" in shown
    assert '<option value="TAX_REFERENCE" selected>' in shown
    answer = sent(
        client, "/quarantine/1", "/quarantine/alike", {**GROUP, **change, "stamp": "stamp"}
    )
    assert answer.headers["location"].startswith("/quarantine?reason=inn_checksum")
    assert f"batch={BATCH}&fixed=4" in answer.headers["location"]
    wrong = client.get(f"/quarantine/alike?{urlencode({**GROUP, 'how': 'replace'})}")
    assert "Впишите, что заменить." in wrong.text


def test_chosen_rows_are_put_off_with_a_reason_and_brought_back(
    client: TestClient, actions: Recorded
) -> None:
    form: dict[str, str | list[str]] = {
        "id": ["1", "3"],
        "why": "ждём выписку",
        "days": "90",
        "next": "/quarantine?reason=x",
    }
    answer = sent(client, "/quarantine/1", "/quarantine/put-off", form)
    assert answer.headers["location"] == "/quarantine?reason=x&off=2"
    assert "Отложены 2 записи." in client.get("/quarantine?off=2").text
    sent(client, "/quarantine/1", "/quarantine/bring-back", {"id": "29"})
    (off, back) = actions.asked
    assert off[:3] == ("put off", [1, 3], "ждём выписку")
    assert off[4] == 90
    assert back == ("bring back", [29])
    assert "ждём выписку" in client.get("/quarantine/29").text


def test_a_batch_is_taken_back_as_a_whole(client: TestClient, actions: Recorded) -> None:
    assert "Отозвать 1 исправление" in client.get(f"/quarantine/corrections?batch={BATCH}").text
    sent(client, "/quarantine/1", "/quarantine/corrections/withdraw", {"batch": BATCH})
    assert actions.asked[0][:2] == ("take back", BATCH)


def test_the_letter_names_keys_and_no_values(client: TestClient) -> None:
    text = client.get(f"/quarantine/letter?{urlencode(GROUP)}").text
    assert "9 записей источника" in text
    assert "inn-0" in text
    assert "7707083890" not in text
    listed = client.get(f"/quarantine.csv?{urlencode(GROUP)}").text
    assert listed.count("\r\n") == 10
    assert (
        client.get("/quarantine/letter?reason=none&connection=erp&stream=parties").status_code
        == 404
    )


def test_a_source_is_tried_paused_resumed_and_read_again(
    client: TestClient, actions: Recorded
) -> None:
    page = "/sources/erp"
    for path, form in {
        "probe": {},
        "pause": {"why": "переезд"},
        "resume": {},
        "again": {"stream": "parties", "since": "2026-11-01"},
    }.items():
        assert sent(client, page, f"{page}/{path}", form).status_code == 303
    assert [one[:3] for one in actions.asked[:2]] == [("probe", "erp"), ("pause", "erp", "переезд")]
    assert actions.asked[3][3].isoformat() == "2026-10-31T21:00:00+00:00"  # type: ignore[attr-defined]  # a moment
    shown = client.get(f"{page}?stream=parties&since=2026-11-01").text
    assert "Будет перечитано примерно 1\xa0234 строки" in shown
    assert "На паузе с" in client.get("/sources/shop").text
    tested = sent(client, page, "/alerts/test", {}).text
    assert "mail: сообщение принято" in tested
    assert "telegram: Оповещение не принято" in tested
    assert "Источник shop опаздывает" in tested
    assert "Логин не принят" in client.get("/sources/onec").text
