"""The journal's page and what stands in it: whoever signs in, decides, exports or moves a cursor."""

from __future__ import annotations

import csv
import io

import pytest
from starlette.testclient import TestClient

from admin.words.journal import ACTS
from schemas.accounts import Role
from store import Store, journal
from store.tables import journal as table
from tests.admin.test_admin_sign_in import (
    PASSWORD,
    actions,
    entered,
    guarded,
    joined,
    post,
    site_of,
)

__all__ = ["actions", "guarded"]


def acts(client: TestClient, store: Store) -> list[tuple[str, str, str | None]]:
    """Who did what to which object, the newest last."""
    site_of(client).noted()
    with store.read() as reader:
        assert journal.check(reader).broken == 0
        rows = reader.rows(table.select().order_by(table.c.id))
    assert {row.act for row in rows} <= set(ACTS), "every act has its words"
    return [(row.who, row.act, row.object_id) for row in rows]


def test_signing_in_and_out_and_failing_to(guarded: TestClient, sqlite_store: Store) -> None:
    joined(guarded, sqlite_store, "anna", Role.VIEWER)
    post(guarded, "/", "/sign-out")
    entered(guarded, "anna", "мимо мимо")
    entered(guarded, "anna")
    assert [a for a in acts(guarded, sqlite_store) if a[1] != "link_made"] == [
        ("anna", "password_set", "anna"),
        ("anna", "signed_in", "anna"),
        ("anna", "signed_out", None),
        ("-", "sign_in_refused", "anna"),
        ("anna", "signed_in", "anna"),
    ]
    with sqlite_store.read() as reader:
        told = str([tuple(row) for row in reader.rows(table.select())])
    assert PASSWORD not in told
    assert "10.0.0.7" in told


def test_refusals_exports_accounts_and_tokens(guarded: TestClient, sqlite_store: Store) -> None:
    joined(guarded, sqlite_store, "anna", Role.VIEWER)
    guarded.get("/users")
    guarded.get("/runs.csv")
    post(guarded, "/", "/sign-out")
    joined(guarded, sqlite_store, "boss", Role.ADMIN)
    post(guarded, "/users", "/users", act="add", login="пётр", role="steward")
    post(guarded, "/users", "/users", act="role", login="пётр", role="engineer")
    post(guarded, "/users", "/tokens", act="add", name="CRM", role="crm", days="30")
    post(guarded, "/users", "/tokens", act="revoke", token="1")
    found = acts(guarded, sqlite_store)
    for wanted in (
        ("anna", "refused", "GET /users"),
        ("anna", "export", "runs.csv"),
        ("boss", "account_added", "пётр"),
        ("boss", "account_changed", "пётр"),
        ("boss", "token_made", "1"),
        ("boss", "token_revoked", "1"),
    ):
        assert wanted in found, wanted


def test_the_page_lists_filters_opens_and_exports(guarded: TestClient, sqlite_store: Store) -> None:
    joined(guarded, sqlite_store, "boss", Role.ADMIN)
    post(guarded, "/users", "/users", act="add", login="пётр", role="steward")
    post(guarded, "/users", "/users", act="role", login="пётр", role="engineer")
    page = guarded.get("/journal?act=account_changed").text
    assert page.count("<tr data-href>") == 1
    number = guarded.get("/journal.json?act=account_changed").json()["rows"][0]["id"]
    one = guarded.get(f"/journal/{number}").text
    assert "стюард" in one
    assert "инженер" in one
    assert "печать цела" in one
    rows = list(csv.reader(io.StringIO(guarded.get("/journal.csv").text), delimiter=";"))
    assert ["boss", "изменил учётную запись"] in [row[2:4] for row in rows]
    for nowhere in ("/journal/999999", "/journal/99999999999999999999", "/journal/x"):
        assert guarded.get(nowhere).status_code == 404
    with sqlite_store.write() as writer:
        writer.execute(table.update().where(table.c.id == number).values(who="nobody"))
    assert "печать нарушена" in guarded.get(f"/journal/{number}").text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CRM, Role.STEWARD])
def test_only_who_answers_for_the_hub_reads_it(
    guarded: TestClient, sqlite_store: Store, role: Role
) -> None:
    joined(guarded, sqlite_store, "someone", role)
    for path in ("/journal", "/journal.csv", "/journal.json", "/journal/1"):
        assert guarded.get(path).status_code == 403
    assert 'href="/journal"' not in guarded.get("/").text
