"""The HTTP client: what is repeated, what is not, and what each answer means."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from pydantic import SecretStr

from connectors.http import HttpClient, Limits, Login, retry_after, server_time
from connectors.pace import Pace
from schemas.errors import ConfigError, ContractBroken, KanonError, Refused, Retryable

SECRET = "s3cret-canary"
QUICK = Limits(connect=1.0, read=2.0, attempts=3, first_wait=0.0, longest_wait=0.01, jitter=0.0)
Answers = list[httpx.Response | Exception]


def client(answers: Answers, calls: list[httpx.Request] | None = None) -> HttpClient:
    """A client whose network gives `answers` in turn, the last one for ever."""
    seen = calls if calls is not None else []

    def serve(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        answer = answers[min(len(seen), len(answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    login = Login("Иванов", SecretStr(SECRET))
    return HttpClient(
        "http://erp.example/base/", login, QUICK, transport=httpx.MockTransport(serve)
    )


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_busy_answer_is_asked_again(status: int) -> None:
    calls: list[httpx.Request] = []
    with client([httpx.Response(status), httpx.Response(200, text="ok")], calls) as http:
        assert http.get("items").text == "ok"
    assert len(calls) == 2


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("x"), httpx.ReadTimeout("x"), httpx.ReadError("x")]
)
def test_lost_connection_is_tried_again_then_retryable(error: Exception) -> None:
    calls: list[httpx.Request] = []
    with client([error], calls) as http, pytest.raises(Retryable):
        http.get("items")
    assert len(calls) == QUICK.attempts


def test_call_that_may_not_be_repeated_is_sent_once() -> None:
    calls: list[httpx.Request] = []
    with client([httpx.Response(503)], calls) as http, pytest.raises(Retryable):
        http.request("POST", "orders", content=b"{}")
    assert len(calls) == 1


def test_post_declared_repeatable_is_repeated() -> None:
    calls: list[httpx.Request] = []
    with client([httpx.Response(503), httpx.Response(200)], calls) as http:
        http.request("POST", "SelectChanges", idempotent=True)
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, Refused),
        (403, Refused),
        (404, ContractBroken),
        (400, ContractBroken),
        (302, ConfigError),
    ],
)
def test_final_answer_is_not_asked_again(status: int, kind: type[KanonError]) -> None:
    calls: list[httpx.Request] = []
    with client([httpx.Response(status)], calls) as http, pytest.raises(kind):
        http.get("items")
    assert len(calls) == 1


def test_status_the_caller_accepts_is_an_answer() -> None:
    calls: list[httpx.Request] = []
    with client([httpx.Response(500, text="out of memory")], calls) as http:
        assert http.get("items", accept=[500]).text == "out of memory"
    assert len(calls) == 1


def test_asked_delay_is_slept_when_short(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", slept.append)
    busy = httpx.Response(429, headers={"Retry-After": "7"})
    with client([busy, httpx.Response(200)]) as http:
        http.get("items")
    assert slept == [7.0]


def test_long_asked_delay_is_handed_to_the_caller() -> None:
    calls: list[httpx.Request] = []
    busy = httpx.Response(503, headers={"Retry-After": "3600"})
    with client([busy], calls) as http, pytest.raises(Retryable) as caught:
        http.get("items")
    assert caught.value.retry_after == 3600
    assert len(calls) == 1


def test_retry_after_reads_seconds_dates_and_nonsense() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    later = format_datetime(now + timedelta(seconds=90), usegmt=True)
    asked = {
        text: retry_after(httpx.Response(503, headers={"retry-after": text}), now)
        for text in ("5", later, "soon")
    }
    assert asked == {"5": 5.0, later: 90.0, "soon": None}
    assert retry_after(httpx.Response(503), now) is None


def test_server_time_is_read_from_the_date_header() -> None:
    answer = httpx.Response(200, headers={"date": "Thu, 01 Jan 2026 00:00:00 GMT"})
    assert server_time(answer) == datetime(2026, 1, 1, tzinfo=UTC)
    assert server_time(httpx.Response(200)) is None


def test_login_is_sent_in_utf_8_and_said_nowhere() -> None:
    calls: list[httpx.Request] = []
    said = []
    for answer in (httpx.Response(401), httpx.Response(500), httpx.ConnectError(SECRET)):
        http = client([answer], calls)
        with http, pytest.raises(KanonError) as caught:
            http.get("items", {"password": SECRET})
        error = caught.value
        said += [error.ru, error.en, error.detail, repr(error), repr(http)]
    assert (
        calls[0].headers["authorization"]
        == httpx.BasicAuth("Иванов".encode(), SECRET.encode())._auth_header
    )
    assert not [text for text in said if SECRET in text]


@pytest.mark.parametrize("url", ["ftp://erp", "erp.example", "http://user:pass@erp.example/"])
def test_bad_address_is_refused_before_any_call(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        HttpClient(url)
    assert "pass@" not in str(caught.value)


def test_spent_budget_stops_the_call() -> None:
    with client([httpx.Response(200)]) as http:
        http.pace = Pace(budget=2)
        http.get("a")
        http.get("b")
        with pytest.raises(Retryable) as caught:
            http.get("c")
    assert caught.value.retry_after is not None


def test_probe_says_whether_a_path_answers() -> None:
    with client([httpx.Response(401)]) as http:
        assert not http.probe("login").ok
    with client([httpx.Response(200)]) as http:
        assert http.probe("login").ok


@contextmanager
def raw_server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that handles each connection with `answer`; yields its address."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(4096)
                answer(connection)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
    finally:
        server.close()


def test_body_cut_short_is_retryable_and_never_half_an_answer() -> None:
    def cut(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")

    with raw_server(cut) as url, HttpClient(url, limits=QUICK) as http:
        assert http.probe_address().ok
        with pytest.raises(Retryable) as caught:
            http.get("items")
    assert "cut" in caught.value.en
