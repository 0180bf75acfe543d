"""Accounts and tokens on both databases: taken once, switched off, never left without an administrator."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from schemas.accounts import Role, login_of, refuse_weak
from schemas.errors import ConfigError, Conflict
from store import Store, accounts, sign_ins, tokens
from store.clock import utc_now


def added(store: Store, login: str, role: Role = Role.VIEWER) -> accounts.Account:
    """A new account."""
    with store.write() as writer:
        return accounts.add(writer, login, role, "test")


def test_a_login_is_one_whatever_its_case(store: Store) -> None:
    made = added(store, "Анна.П")
    assert made.login == "анна.п"
    with store.read() as reader:
        assert accounts.known(reader, " АННА.п ") == made
        assert accounts.listing(reader) == [made]
    with pytest.raises(Conflict):
        added(store, "АННА.П")


@pytest.mark.parametrize(
    "login", ["", "a", ".anna", "an na", "a" * 65, "анна\u202e", "a\x00b", "<b>"]
)
def test_what_is_no_login_is_refused(login: str) -> None:
    with pytest.raises(ConfigError):
        login_of(login)


@pytest.mark.parametrize("password", ["short", "x" * 201, "aaaaaaaaaaaa", "my anna.p 2026"])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(ConfigError):
        refuse_weak(password, "anna.p")


def test_two_administrators_cannot_remove_each_other_at_once(store: Store) -> None:
    both = [added(store, login, Role.ADMIN) for login in ("one", "two")]

    def off(held: accounts.Account) -> bool:
        try:
            with store.write() as writer:
                accounts.change(writer, held, active=False)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(off, both)) == [False, True]


def test_a_link_is_spent_once_even_by_two_at_once(store: Store) -> None:
    held = added(store, "anna")
    with store.write() as writer:
        accounts.offer(writer, held.id, "d" * 64)

    def spend(_: int) -> bool:
        try:
            with store.write() as writer:
                return accounts.spend(writer, "d" * 64) == held
        except Conflict:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(spend, range(2))) == [False, True]


def test_a_session_is_known_while_it_lasts(store: Store) -> None:
    held, now = added(store, "anna", Role.STEWARD), utc_now()
    with store.write() as writer:
        accounts.begin(writer, held.id, "s" * 64, "10.0.0.1", "Firefox", now)
    with store.read() as reader:
        found = accounts.session(reader, "s" * 64, now)
        assert found is not None
        assert (found.person.login, found.person.role) == ("anna", Role.STEWARD)
        assert not accounts.due(found, now)
        assert accounts.due(found, now + timedelta(minutes=2))
        assert accounts.session(reader, "s" * 64, now + accounts.IDLE) is None
        assert accounts.session(reader, "t" * 64, now) is None
    with store.write() as writer:
        accounts.set_password(writer, held.id, "hash")
    with store.read() as reader:
        assert accounts.session(reader, "s" * 64, now) is None


def test_a_token_holds_until_it_runs_out_or_is_revoked(store: Store) -> None:
    with store.write() as writer:
        made = tokens.add(writer, "d" * 64, "kanon_ab", "crm", Role.CRM, "anna", timedelta(days=1))
    with store.read() as reader:
        assert tokens.of(reader, "d" * 64) == made
        assert made.person.role is Role.CRM
        assert tokens.of(reader, "d" * 64, utc_now() + timedelta(days=2)) is None
    with store.write() as writer:
        tokens.revoke(writer, made.id)
        tokens.revoke(writer, made.id)
        with pytest.raises(ConfigError):
            tokens.revoke(writer, 77)
    with store.read() as reader:
        assert tokens.of(reader, "d" * 64) is None


def test_sessions_are_seen_until_they_run_out_and_ended_one_by_one(store: Store) -> None:
    anna, boris = added(store, "anna"), added(store, "boris")
    now = utc_now()
    with store.write() as writer:
        for held, digest, seen in (
            (anna, "a" * 64, now),
            (anna, "b" * 64, now - timedelta(minutes=5)),
            (anna, "c" * 64, now - accounts.IDLE - timedelta(seconds=1)),
            (boris, "d" * 64, now),
        ):
            accounts.begin(writer, held.id, digest, "10.0.0.7", "x" * 900, seen)
    with store.read() as reader:
        mine = sign_ins.going_on(reader, "anna", now)
        assert [one.mark for one in mine] == ["a" * 16, "b" * 16]
        assert {one.login for one in sign_ins.going_on(reader, now=now)} == {"anna", "boris"}
    with store.write() as writer:
        assert sign_ins.end_one(writer, "anna", "d" * 16) == 0
        assert sign_ins.end_one(writer, "anna", "%" * 16) == 0
        assert sign_ins.end_one(writer, "anna", "a" * 16) == 1
        assert sign_ins.end_others(writer, "anna", "b" * 64) == 1
    with store.read() as reader:
        assert [one.mark for one in sign_ins.going_on(reader, now=now)] == ["d" * 16, "b" * 16]
