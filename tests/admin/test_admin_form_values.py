"""What a visitor typed into a form stands on the page of the enquiry, whether it was understood or not."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.admin.test_admin_enquiries import house, posted, site

__all__ = ["house", "site"]  # fixtures
TYPED = {
    "phone": "8 916 000-11-2", "email": "petrov@mail,ru", "inn": "770708389", "volume": "много",
    "message": "Перезвоните мне",
}  # fmt: skip


def test_what_was_mistyped_in_a_form_is_shown_as_it_was_typed(site: TestClient) -> None:
    path = f"/enquiries/{posted(site, TYPED).json()['id']}"
    page = site.get(path).text
    for said in (TYPED["phone"], TYPED["email"], TYPED["inn"], TYPED["volume"]):
        assert f'<span class="code">{said}</span> ' in page
    assert page.count("не распознано") == 4
    assert "not understood by the hub" in site.get(f"{path}?lang=en").text
    told = site.get(f"/v1{path}").json()
    assert {one["field"]: (one["said"], one["understood"]) for one in told["as_typed"]} == {
        "sender_phone": (TYPED["phone"], False), "sender_email": (TYPED["email"], False),
        "inn": (TYPED["inn"], False), "planned_volume": (TYPED["volume"], False),
    }  # fmt: skip


def test_the_second_phone_of_a_form_is_shown_and_a_plain_form_shows_nothing_twice(
    site: TestClient,
) -> None:
    two = "8 916 000-11-22, 8 495 123-45-67"
    path = f"/enquiries/{posted(site, {'phone': two}).json()['id']}"
    assert site.get(f"/v1{path}").json()["as_typed"] == [
        {"field": "sender_phone", "said": two, "understood": True}
    ]
    assert "понято частично" in site.get(path).text
    plain = f"/enquiries/{posted(site).json()['id']}"
    assert site.get(f"/v1{plain}").json()["as_typed"] == []
    assert "как набрано" not in site.get(plain).text


def test_who_may_not_see_contacts_sees_none_mistyped(
    site: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/enquiries/{posted(site, TYPED).json()['id']}"
    monkeypatch.setattr("admin.guard.masking.is_masked_for", lambda _request: True)
    for one in (site.get(path).text, site.get(f"/v1{path}").text):
        assert not any(said in one for said in (TYPED["phone"], TYPED["email"], TYPED["inn"]))
        assert "•••••" in one
