"""The traps of connecting to Oracle: each ends in time, in an error that says what to do."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest

from connectors.ebs.source import EbsSource
from connectors.ebs.trouble import explain
from schemas.errors import ConfigError, ContractBroken, KanonError, Refused, Retryable
from tests.connectors.ebs_listener import accepted_by_11g, listener, refusal
from tests.connectors.ebs_sql import settings

SECRET = "s3cret-canary"


def source(**changed: Any) -> EbsSource:
    wanted = {"host": "127.0.0.1", "password": SECRET, "connect_timeout": 1.0}
    return EbsSource("erp", settings(**wanted | changed))


@pytest.mark.parametrize(
    ("code", "kind", "cure"),
    [
        (12514, ConfigError, "service_name"),
        (12505, ConfigError, "sid"),
        (12518, Retryable, "busy"),
        (12519, Retryable, "busy"),
        (12528, Retryable, "busy"),
    ],
)
def test_refusal_of_the_listener_is_told_apart(
    code: int, kind: type[KanonError], cure: str
) -> None:
    with listener(refusal(code)) as port, pytest.raises(kind) as caught:
        source(port=port).clock()
    assert cure in caught.value.en
    assert f"ORA-{code}" in caught.value.detail


def test_server_older_than_thin_mode_needs_thick_mode() -> None:
    with listener(accepted_by_11g()) as port, pytest.raises(ConfigError) as caught:
        source(port=port).clock()
    assert "client_dir" in caught.value.ru
    assert "thick mode" in caught.value.en


def test_silent_listener_costs_no_more_than_the_time_limit() -> None:
    begin = time.monotonic()
    with listener(None) as port, pytest.raises(Retryable):
        source(port=port).clock()
    assert time.monotonic() - begin < 5


def test_silent_listener_does_not_block_other_connections() -> None:
    with listener(None) as silent, listener(refusal(12514)) as other:
        with pytest.raises(Retryable):
            source(port=silent).clock()
        with pytest.raises(ConfigError):
            source(port=other).clock()


def test_closed_port_is_retryable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Retryable):
        source(port=port).clock()


def test_unknown_host_is_named() -> None:
    with pytest.raises(Retryable) as caught:
        source(host="no-such-host.invalid", connect_timeout=20.0).clock()
    assert "no-such-host.invalid" in caught.value.en
    assert "resolved" in caught.value.en


def test_check_stops_at_an_address_that_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    probes = source(port=port).check()
    assert [(probe.name, probe.ok) for probe in probes] == [("address", False)]


def test_check_names_the_failed_login() -> None:
    with listener(refusal(12514)) as port:
        probes = source(port=port).check()
    assert [(probe.name, probe.ok) for probe in probes] == [("address", True), ("login", False)]
    assert SECRET not in repr(probes)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("ORA-01017: invalid username/password; logon denied", Refused),
        ("ORA-28000: the account is locked", Refused),
        ("ORA-00942: table or view does not exist", Refused),
        ("ORA-03113: end-of-file on communication channel", Retryable),
        ("ORA-01555: snapshot too old", Retryable),
        ("DPY-4011: the database or network closed the connection", Retryable),
        ("DPY-4024: call timeout of 600000 ms exceeded", Retryable),
        ('ORA-00904: "ORG_ID": invalid identifier', ContractBroken),
        ("ORA-01476: divisor is equal to zero", ContractBroken),
    ],
)
def test_error_code_decides_what_to_do(message: str, kind: type[KanonError]) -> None:
    error = explain(RuntimeError(f"{message} (user kanon, value 7707083893)"), "erp:1521")
    assert type(error) is kind
    assert "7707083893" not in error.ru + error.en + error.detail
    assert message.split(":")[0] in error.detail
