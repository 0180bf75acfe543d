"""The HTTP client of all connectors: what to retry, how fast to ask, which error an answer means.

Messages name method, host and path, never the query, the body or a header: those may hold secrets and
personal data.
"""

from __future__ import annotations

import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx
import stamina
from pydantic import SecretStr

from connectors.pace import Pace
from connectors.reach import reach
from schemas.errors import ConfigError, ContractBroken, KanonError, Refused, Retryable
from schemas.records import Probe

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
DENIED = frozenset({401, 403})
Query = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Login:
    """User and password of HTTP Basic; the password stays out of every repr and message."""

    user: str
    password: SecretStr


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to wait and attempts to make.

    `patience` is the longest total time one call may spend in retries; a `Retry-After` beyond it is
    passed to the caller instead of being slept through.
    """

    connect: float = 10.0
    read: float = 120.0
    attempts: int = 4
    first_wait: float = 0.5
    longest_wait: float = 20.0
    jitter: float = 1.0
    patience: float = 90.0


@cache
def _trusting() -> ssl.SSLContext:
    """The trust in public authorities, read once: reading it takes longer than many a whole call."""
    return httpx.create_ssl_context(trust_env=False)


@dataclass(slots=True)
class HttpClient:
    """Answers of one web service, or the error that says what to do next.

    `base_url` without credentials; `pace` is shared by all threads of the connection; `transport`
    replaces the network in tests. Use as a context manager, or call `close`.
    """

    base_url: str
    login: Login | None = None
    limits: Limits = field(default_factory=Limits)
    pace: Pace = field(default_factory=Pace)
    headers: Mapping[str, str] = field(default_factory=dict)
    verify: bool | ssl.SSLContext = True
    transport: httpx.BaseTransport | None = None
    _client: httpx.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _refuse_bad_address(self.base_url)
        self._client = httpx.Client(
            base_url=self.base_url,
            headers=dict(self.headers),
            timeout=httpx.Timeout(self.limits.read, connect=self.limits.connect),
            verify=_trusting() if self.verify is True else self.verify,
            transport=self.transport,
            # Proxies of the environment are for the Internet; sources stand in the customer's network.
            trust_env=False,
        )
        if self.login is not None:
            # httpx encodes str as UTF-8, which 1C and IIS expect of Cyrillic logins.
            secret = self.login.password.get_secret_value()
            self._client.auth = httpx.BasicAuth(self.login.user, secret)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Releases every connection; repeating it is harmless."""
        self._client.close()

    def get(
        self, path: str = "", params: Query | None = None, *, accept: Collection[int] = ()
    ) -> httpx.Response:
        """The answer to GET, read whole; see `request`."""
        return self.request("GET", path, params=params, accept=accept)

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Query | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        idempotent: bool | None = None,
        accept: Collection[int] = (),
    ) -> httpx.Response:
        """The answer, read whole: 2xx, or one of the statuses in `accept`, which are not retried.

        Only calls that may be repeated are (`idempotent` None: judged by the method). Raises Retryable
        for a source that is down, busy or cut the body short, Refused for 401 and 403, ContractBroken
        for any other answer.
        """
        repeatable = method.upper() in IDEMPOTENT if idempotent is None else idempotent
        limits = self.limits

        def again(error: Exception) -> bool | float:
            if not isinstance(error, Retryable) or not repeatable:
                return False
            if error.retry_after is None:
                return True
            return error.retry_after if error.retry_after <= limits.patience else False

        request = self._client.build_request(
            method, path, params=params, content=content, headers=headers
        )
        attempts = stamina.retry_context(
            again,
            attempts=limits.attempts,
            timeout=limits.patience,
            wait_initial=limits.first_wait,
            wait_max=limits.longest_wait,
            wait_jitter=limits.jitter,
        )
        for attempt in attempts:
            with attempt:
                return self._once(request, accept)
        raise AssertionError("stamina always returns or raises")

    def _once(self, request: httpx.Request, accept: Collection[int]) -> httpx.Response:
        self.pace.wait()
        try:
            answer = self._client.send(request)
        except httpx.TransportError as error:
            raise _transport_error(request, error) from None
        except httpx.DecodingError as error:
            raise _cut(request, error) from None
        if answer.is_success or answer.status_code in accept:
            return answer
        raise _status_error(request, answer)

    def probe_address(self) -> Probe:
        """Whether the host and port of `base_url` accept a connection."""
        parts = urlsplit(self.base_url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return reach(parts.hostname or "", port, self.limits.connect)

    def probe(self, name: str, path: str = "", params: Query | None = None) -> Probe:
        """The probe `name`: does GET `path` succeed."""
        try:
            self.get(path, params)
        except KanonError as error:
            return Probe(name, False, error.ru, error.en, error.detail)
        return Probe(name, True, f"«{name}»: ответ получен.", f"'{name}' answers.")


def server_time(answer: httpx.Response) -> datetime | None:
    """The time in the answer's `Date` header (UTC), None if there is none or it cannot be read."""
    try:
        return parsedate_to_datetime(answer.headers["date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return None


def retry_after(answer: httpx.Response, now: datetime) -> float | None:
    """Seconds the server asks to wait (RFC 9110, 10.2.3: seconds or a date), None if it does not."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def _refuse_bad_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError(
            "Адрес источника должен начинаться с http:// или https:// и содержать имя узла.",
            "The address must begin with http:// or https:// and name a host.",
        )
    if parts.username or parts.password:
        raise ConfigError(
            "Уберите логин и пароль из адреса: для них есть настройки user и password.",
            "Take user and password out of the address: they have settings of their own.",
        )


def _call(request: httpx.Request) -> str:
    url = request.url
    port = f":{url.port}" if url.port else ""
    return f"{request.method} {url.host}{port}{url.path}"


def _transport_error(request: httpx.Request, error: httpx.TransportError) -> KanonError:
    detail = f"{_call(request)}: {type(error).__name__}"
    match error:
        case httpx.ConnectTimeout() | httpx.ConnectError():
            return Retryable(
                f"Источник {request.url.host} не принимает соединений. Проверьте адрес и сеть.",
                f"{request.url.host} accepts no connections. Check the address and the network.",
                detail=detail,
            )
        case httpx.TimeoutException():
            return Retryable(
                f"Источник {request.url.host} не ответил вовремя. Повторите позже или уменьшите порцию.",
                f"{request.url.host} did not answer in time. Try later or read smaller pages.",
                detail=detail,
            )
        case httpx.UnsupportedProtocol() | httpx.LocalProtocolError():
            return ConfigError(
                "Адрес или заголовки запроса неверны: проверьте настройки подключения.",
                "The address or a header is wrong: check the connection's settings.",
                detail=detail,
            )
        case _:
            return _cut(request, error)


def _cut(request: httpx.Request, error: Exception) -> Retryable:
    return Retryable(
        f"Источник {request.url.host} оборвал ответ. Запрос будет повторён.",
        f"{request.url.host} cut its answer short. The request will be repeated.",
        detail=f"{_call(request)}: {type(error).__name__}",
    )


def _status_error(request: httpx.Request, answer: httpx.Response) -> KanonError:
    host, status = request.url.host, answer.status_code
    detail = f"{_call(request)}: HTTP {status}"
    if status in BUSY:
        return Retryable(
            f"Источник {host} занят или неисправен (HTTP {status}). Повторите позже.",
            f"{host} is busy or broken (HTTP {status}). Try again later.",
            retry_after=retry_after(answer, datetime.now(UTC)),
            detail=detail,
        )
    if status in DENIED:
        return Refused(
            f"Источник {host} отказал в доступе (HTTP {status}). Проверьте логин, пароль и права.",
            f"{host} refuses access (HTTP {status}). Check user, password and rights.",
            detail=detail,
        )
    if answer.is_redirect:
        return ConfigError(
            f"Источник {host} отсылает на другой адрес (HTTP {status}). Укажите конечный адрес.",
            f"{host} redirects elsewhere (HTTP {status}). Put the final address in the settings.",
            detail=detail,
        )
    return ContractBroken(
        f"Источник {host} не понял запрос (HTTP {status}). Проверьте адрес и опубликованные объекты.",
        f"{host} did not understand the request (HTTP {status}). Check the address and what it offers.",
        detail=detail,
    )
