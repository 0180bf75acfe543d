"""Calls to addresses other people gave: only where they may lead, and nowhere they are sent on to.

A webhook's address could name a machine of the own network, or begin to after it was checked. So the name
is looked up once, every address behind it must be public, and the call goes to that address.
"""

from __future__ import annotations

import socket
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import httpx

from schemas.errors import Refused

TIMEOUT = 10.0
_PORTS = {"http": 80, "https": 443}
_LONGEST_ANSWER = 10_000


@dataclass(frozen=True, slots=True)
class Answered:
    """The status of an answer; or, of a call that came to nothing, its code (see `flows.deliver`)."""

    status: int | None
    error: str | None = None


def refuse_unfit(url: str, allowed: Collection[str]) -> None:
    """Refused if a webhook may not be sent there, as far as can be told without looking the name up."""
    parts = _split(url)
    host = (parts.hostname or "").lower() if parts else ""
    if parts is None or parts.scheme not in _PORTS or not host or parts.username or parts.fragment:
        raise Refused(
            "Адрес не подходит: нужен https://узел/путь, без имени и пароля внутри.",
            "The address does not fit: it must be https://host/path, without a name and password in it.",
        )
    if host not in allowed and (parts.scheme != "https" or _is_inside(host)):
        raise Refused(
            "Адрес не публичный или без https. Внутренние узлы перечисляют в KANON_WEBHOOK_HOSTS.",
            "The address is not public or not https. List hosts of the own network in KANON_WEBHOOK_HOSTS.",
        )


def _split(url: str) -> SplitResult | None:
    if any(ord(sign) <= 32 or sign == "\\" for sign in url):
        return None
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def _is_inside(host: str) -> bool:
    """Whether a host is an address that is not public; of a name nothing is known yet."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host


def post(url: str, body: bytes, headers: Mapping[str, str], allowed: Collection[str]) -> Answered:
    """The status of a POST; redirects are not followed, and no more than a little of the answer is read."""
    try:
        refuse_unfit(url, allowed)
    except Refused:
        return Answered(None, "address_refused")
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    try:
        found = _looked_up(host, parts.port or _PORTS[parts.scheme])
    except OSError:
        return Answered(None, "name_unknown")
    if host not in allowed and not all(ip_address(one).is_global for one in found):
        return Answered(None, "address_refused")
    return _sent(parts, found[0], body, headers)


def _looked_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return sorted({str(one[4][0]).partition("%")[0] for one in found}, key=lambda one: ":" in one)


def _sent(parts: SplitResult, to: str, body: bytes, headers: Mapping[str, str]) -> Answered:
    netloc = f"[{to}]" if ":" in to else to
    port = f":{parts.port}" if parts.port else ""
    target = parts._replace(netloc=netloc + port, fragment="").geturl()
    told = {**headers, "Host": parts.netloc}
    sni = {"sni_hostname": parts.hostname or ""}
    try:
        with (
            httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", target, content=body, headers=told, extensions=sni) as answer,
        ):
            size = 0
            for chunk in answer.iter_raw():
                size += len(chunk)
                if size > _LONGEST_ANSWER:
                    break
            return Answered(answer.status_code)
    except httpx.TimeoutException:
        return Answered(None, "too_slow")
    except (httpx.HTTPError, httpx.InvalidURL):
        return Answered(None, "unreachable")
