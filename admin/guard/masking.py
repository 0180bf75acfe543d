"""Phones and mails as those see them who may only look: enough to recognize one, not enough to call it."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl
from starlette.requests import Request

from admin.guard import asking
from admin.site import site_of
from schemas.accounts import Role
from store.finding import Found, Hit

_SIGN = "\N{BULLET}"
_ENDS = 2
_MINUTE = 60
_SHOWN = 5
PERSONAL = ("phone", "fax", "email")


def masked(kind: str | None, value: str | None) -> str | None:
    """The value with all but its ends hidden; a site is nobody's secret.

    >>> masked("phone", "+74952211840"), masked("email", "anna.p@vector.example")
    ('+7495•••••40', 'a•••••@vector.example')
    """
    if not value or kind not in PERSONAL:
        return value
    if kind == "email":
        name, at, host = value.partition("@")
        return name[:1] + _SIGN * (len(name) - 1) + at + host
    known = 5 if value.startswith("+7") else 3
    hidden = max(0, len(value) - known - _ENDS)
    return (
        value[:known] + _SIGN * hidden + value[known + hidden :] if hidden else _SIGN * len(value)
    )


def is_masked_for(request: Request) -> bool:
    """Whether whoever asks sees personal contact data masked."""
    person = asking.person(request)
    return person is None or person.role is Role.VIEWER


def pass_for(request: Request, party_id: str) -> str:
    """What lets this person see the contact data of one company whole, for a minute."""
    until = int(time.time()) + _MINUTE
    return f"{until}.{_seal(request, party_id, until)}"


def passes(request: Request, party_id: str) -> bool:
    """Whether whoever asks sees this company's contact data whole: by role, or by a fresh pass."""
    if not is_masked_for(request):
        return True
    until, _, seal = request.query_params.get("shown", "").partition(".")
    if not until.isdecimal() or len(until) > 12 or int(until) < time.time():
        return False
    return hmac.compare_digest(seal.encode(), _seal(request, party_id, int(until)).encode())


def _seal(request: Request, party_id: str, until: int) -> str:
    person = asking.person(request)
    told = f"shown:{person.login if person else ''}:{party_id}:{until}".encode()
    return hmac.new(site_of(request).settings.secret, told, hashlib.sha256).hexdigest()[:32]


def point(request: Request, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A contact point as whoever asks may see it."""
    if not is_masked_for(request):
        return row
    return {**row, "value": masked(row["kind"], row["value"])}


def hidden(text: str | None) -> str:
    """That something stands there, and nothing of it.

    >>> hidden("8 922 иванов"), hidden(None)
    ('•••••', '')
    """
    return _SIGN * _SHOWN if text else ""


def refused(row: Mapping[str, Any]) -> dict[str, Any]:
    """A refused record without what it says: what was refused may be a phone no pattern would know."""
    return {**row, **{name: hidden(row[name]) for name in ("value", "was") if row.get(name)}}


def found(request: Request, typed: str, seen: Found) -> Found:
    """What a search found as whoever asks may see it: a phone or a mail is no hit until it is typed whole."""
    if not is_masked_for(request):
        return seen
    hits = [hit for hit in seen.hits if hit.why not in PERSONAL or _is_whole(typed, hit)]
    told = [replace(hit, value=masked(hit.why, hit.value) or "") for hit in hits]
    return replace(seen, hits=told)


def _is_whole(typed: str, hit: Hit) -> bool:
    if hit.why == "email":
        return typed.strip().lower() == hit.value.lower()
    given, known = (re.sub(r"\D", "", text.partition(";")[0])[-10:] for text in (typed, hit.value))
    return given == known


def points(frame: pl.DataFrame) -> pl.DataFrame:
    """`kind` and `value` of many contact points, masked by the same rule."""
    value, kind = pl.col("value"), pl.col("kind")
    local = value.str.extract("^([^@]*)", 1)
    mail = pl.concat_str(
        local.str.slice(0, 1), _hidden(local.str.slice(1)), value.str.slice(local.str.len_chars())
    )
    known = pl.when(value.str.starts_with("+7")).then(5).otherwise(3)
    rest = value.str.len_chars().cast(pl.Int64) - known - _ENDS
    phone = pl.concat_str(
        value.str.slice(0, known),
        _hidden(value.str.slice(known, rest.clip(0))),
        value.str.tail(_ENDS),
    )
    phone = pl.when(rest > 0).then(phone).otherwise(_hidden(value))
    told = pl.when(kind == "email").then(mail).when(kind.is_in(PERSONAL)).then(phone)
    return frame.with_columns(told.otherwise(value).alias("value"))


def _hidden(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all("(?s).", _SIGN)
