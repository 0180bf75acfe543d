"""Who works at this machine, where nobody gave the account a name."""

from __future__ import annotations

import os

import pytest

from admin.account import account


@pytest.mark.parametrize("error", [KeyError("uid not found"), OSError("No username set")])
def test_an_account_without_a_name_is_called_by_its_number(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def nameless() -> str:
        raise error

    monkeypatch.setattr("getpass.getuser", nameless)
    assert account() == f"uid-{os.getuid()}"


def test_an_account_is_called_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "olga")
    assert account() == "olga"
