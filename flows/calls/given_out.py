"""Recordings that a server gives out: whether one is there, and its bytes passed on, part by part.

Only the address of the configuration is asked, nothing is followed to where it sends us, and nobody waits
longer than some seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Literal

import httpx

from schemas.errors import Retryable

State = Literal["there", "gone", "away"]
_TIMEOUT = httpx.Timeout(3.0, read=10.0)
_LOOK = 3.0
_RANGE = re.compile(r"bytes=(\d+-\d*|-\d+)")
_NO_HEAD = frozenset({405, 501})
_GONE = frozenset({404, 410})
_GOOD = frozenset({200, 206})
_PASSED = ("content-length", "content-range", "accept-ranges")


@dataclass(frozen=True, slots=True)
class Sound:
    """An answer of the server to be passed on: status, headers, and its bytes as they come."""

    status: int
    headers: Mapping[str, str]
    kind: str
    parts: Iterator[bytes]


def state_of(address: str) -> State:
    """Whether a recording is there, is not, or cannot be known because its server does not answer as it should."""
    try:
        with _client(_LOOK) as client:
            status = client.head(address).status_code
            if status in _NO_HEAD:
                with client.stream("GET", address, headers={"Range": "bytes=0-0"}) as answer:
                    status = answer.status_code
    except httpx.HTTPError:
        return "away"
    return "there" if status in _GOOD else "gone" if status in _GONE else "away"


def opened(address: str, asked: str | None) -> Sound | None:
    """The recording, whole or the range asked for; None if it is there no more, Retryable if its server fails."""
    wanted = {"Range": asked} if asked and _RANGE.fullmatch(asked) else {}
    with ExitStack() as stack:
        try:
            client = stack.enter_context(_client(_TIMEOUT))
            answer = stack.enter_context(client.stream("GET", address, headers=wanted))
        except httpx.HTTPError as error:
            raise _away(type(error).__name__) from None
        if answer.status_code in _GONE:
            return None
        if answer.status_code not in {*_GOOD, 416}:
            raise _away(str(answer.status_code))
        kind = answer.headers.get("content-type", "").partition(";")[0]
        told = {name: answer.headers[name] for name in _PASSED if name in answer.headers}
        return Sound(answer.status_code, told, kind, _parts(answer, stack.pop_all()))


def _parts(answer: httpx.Response, held: ExitStack) -> Iterator[bytes]:
    with held:
        yield from answer.iter_raw(1 << 16)


def _client(timeout: float | httpx.Timeout) -> httpx.Client:
    usual = {"Accept-Encoding": "identity"}  # lengths and ranges are those of the file
    return httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False, headers=usual)


def _away(why: str) -> Retryable:
    return Retryable(
        "Сервер записей не отвечает или отвечает ошибкой. Попробуйте позже или скажите администратору.",
        "The server of recordings does not answer, or answers with an error. Try again later or tell an administrator.",
        detail=why,
    )
