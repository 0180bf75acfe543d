"""Asking a real domain controller who somebody is: passwords, groups in groups, trust in its certificate."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from connectors.ad.sign_in import Controllers, Member
from schemas.errors import Refused, Retryable
from tests.support import domain
from tests.support.domain import ADMINISTRATOR, BASE, CERTIFIED, SECRET, Controller

PASSWORD = "Zima-2026-snegopad"
STEWARDS = f"CN=Kanon Stewards,CN=Users,{BASE}"
ADMINS = f"CN=Kanon Admins,CN=Users,{BASE}"


@pytest.fixture(scope="module")
def running() -> Controller:
    """A domain: Anna is in a department that is in the stewards, Oleg in nothing, Ivan is switched off."""
    lacking = domain.missing()
    if lacking and os.environ.get("CI"):
        pytest.fail(lacking)
    if lacking:
        pytest.skip(lacking)
    controller = domain.shared()
    for login, given, surname in (
        ("anna", "Анна", "Петрова"), ("oleg", "Олег", "Сидоров"), ("ivan", "Иван", "Ким"),
    ):  # fmt: skip
        names = (f"--given-name={given}", f"--surname={surname}")
        controller.tool("user", "create", login, PASSWORD, *names)
    for group in ("Kanon Stewards", "Kanon Admins", "Отдел снабжения"):
        controller.tool("group", "add", group)
    controller.tool("group", "addmembers", "Отдел снабжения", "anna")
    controller.tool("group", "addmembers", "Kanon Stewards", "Отдел снабжения,ivan")
    controller.tool("user", "disable", "ivan")
    return controller


@pytest.fixture
def asked(running: Controller) -> Controllers:
    """How the hub asks it: LDAPS, with the authority it made itself."""
    return _controllers(running, f"ldaps://{running.host}")


def _controllers(running: Controller, *servers: str) -> Controllers:
    groups = (STEWARDS, ADMINS)
    return Controllers(
        servers, BASE, ADMINISTRATOR, SECRET, groups, running.ca, [CERTIFIED], timeout=5
    )


def test_the_right_password_admits_and_groups_count_at_any_depth(asked: Controllers) -> None:
    anna = Member(f"CN=Анна Петрова,CN=Users,{BASE}", "anna", "Анна Петрова", frozenset({STEWARDS}))
    assert asked.admits("anna", PASSWORD) == anna
    assert asked.admits("ANNA@corp.example.test", PASSWORD) == anna
    assert asked.find("anna") == anna
    oleg = asked.admits("oleg", PASSWORD)
    assert oleg is not None
    assert oleg.groups == frozenset()


@pytest.mark.parametrize(
    ("login", "password"),
    [("anna", "wrong"), ("anna", ""), ("nobody", PASSWORD), ("ivan", PASSWORD), ("*", PASSWORD),
     ("an*", PASSWORD), ("anna)(cn=*", PASSWORD), ("anna\x00", PASSWORD), ("я" * 64, PASSWORD)],
)  # fmt: skip
def test_nobody_else_is_admitted(asked: Controllers, login: str, password: str) -> None:
    assert asked.admits(login, password) is None


def test_plain_addresses_are_encrypted_before_a_password_is_sent(running: Controller) -> None:
    assert _controllers(running, f"ldap://{running.host}").admits("anna", PASSWORD) is not None


def test_a_controller_that_is_down_is_passed_over(running: Controller) -> None:
    asked = _controllers(running, "ldaps://127.0.0.78", f"ldaps://{running.host}")
    assert asked.admits("anna", PASSWORD) is not None


def test_a_certificate_nobody_vouches_for_or_of_another_name_is_refused(asked: Controllers) -> None:
    for stranger in (replace(asked, ca=None), replace(asked, names=[])):
        with pytest.raises(Retryable) as told:
            stranger.admits("anna", PASSWORD)
        assert PASSWORD not in f"{told.value} {told.value.detail}"


def test_a_service_user_with_a_wrong_password_is_named_as_the_cause(asked: Controllers) -> None:
    with pytest.raises(Refused, match="service user"):
        replace(asked, password="wrong").find("anna")
