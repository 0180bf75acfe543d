"""A company is given to an enquiry by its INN, id or name, whether the hub proposes one or not."""

from __future__ import annotations

import re

import pytest
from httpx import Response
from starlette.testclient import TestClient

from flows.house import House
from tests.admin.test_admin_enquiries import SAME, house, site, stored, told

__all__ = ["house", "site"]  # fixtures


def press(site: TestClient, path: str, **fields: str) -> Response:
    page = site.get(path).text
    form = page[page.index('<form class="body cells mend"') :]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    return site.post(path, data={**hidden, **fields}, headers=SAME, follow_redirects=False)


@pytest.fixture
def path(house: House) -> str:
    [row] = told(house, {"sender_phone": "+79169999999"})
    return f"/enquiries/{row['id']}"


@pytest.mark.parametrize("said", ["7414003633", "ИНН 7414003633", "c1", "вега 1", " ООО «Вега 1» "])
def test_a_company_nobody_proposed_is_named(
    house: House, site: TestClient, path: str, said: str
) -> None:
    assert 'name="company_id"' not in site.get(path).text
    assert press(site, path, firm=said).status_code == 303
    assert stored(house)["company_id"].to_list() == ["c1"]
    assert press(site, path, firm="c2").status_code == 303
    assert stored(house)["company_id"].to_list() == ["c2"]


def test_of_several_one_is_chosen_and_none_is_told(
    house: House, site: TestClient, path: str
) -> None:
    page = press(site, path, firm="Вега", topic_text="своё")
    assert (page.status_code, "Выберите одного" in page.text) == (422, True)
    assert sorted(re.findall(r'<option value="(c\d)">', page.text)) == ["c0", "c1", "c2"]
    assert 'value="своё"' in page.text
    assert 'name="firm" maxlength="200" autocomplete="off" value=""' in page.text
    assert press(site, path, company_id="c0").status_code == 303
    assert stored(house)["company_id"].to_list() == ["c0"]
    none = press(site, path, firm="Ромашка")
    assert (none.status_code, "По «Ромашка» контрагента в базе нет" in none.text) == (422, True)
    assert 'value="Ромашка"' in none.text
    assert press(site, path, company_id="zzz").status_code == 422
    assert press(site, path, firm="Ве\0га").status_code == 422
    assert stored(house)["company_id"].to_list() == ["c0"]


def test_a_due_time_that_cannot_be_loses_nothing_else(site: TestClient, path: str) -> None:
    page = press(site, path, topic_text="своё", firm="Вега 1", deadline_at="9999-12-31T00:00")
    assert page.status_code == 422
    assert 'value="своё"' in page.text
    assert re.findall(r'<option value="(c\d)">', page.text) == ["c1"]


def test_the_api_names_a_company_too(house: House, site: TestClient, path: str) -> None:
    def say(company: str | None) -> Response:
        return site.post(f"/v1{path}/decision", json={"company_id": company})

    assert say("7414003633").json()["company_id"] == "c1"
    assert say(None).json()["company_id"] is None
    several, none = say("Вега"), say("zzz")
    assert (several.status_code, none.status_code) == (422, 422)
    assert "ООО Вега 1 (7414003633)" in several.json()["detail"]
    assert "zzz" in none.json()["detail"]
