"""Tokens by which other systems ask: shown once, stored as digests, ending by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from schemas.accounts import Person, Role, refuse_bound
from schemas.errors import ConfigError
from schemas.scopes import Scope
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import api_token

_T = api_token.c
_USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a system; `hint` are its first characters, by which people tell tokens apart."""

    id: int
    digest: str
    name: str
    role: Role
    hint: str
    created_at: datetime
    created_by: str
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    scope: Scope | None = None

    @property
    def person(self) -> Person:
        """Who asks by it."""
        return Person(f"token:{self.name}", self.role, self.name, scope=self.scope)

    def due(self, now: datetime | None = None) -> bool:
        """Whether it is time to note that it was used."""
        return self.used_at is None or self.used_at < (now or utc_now()) - _USED_EVERY


def add(
    writer: Writer,
    digest: str,
    hint: str,
    name: str,
    role: Role,
    by: str,
    lasts: timedelta,
    scope: Scope | None = None,
) -> Token:
    """A new token; ConfigError if its role needs the whole base and `scope` is a part of it."""
    refuse_bound(role, scope)
    now = utc_now()
    ends = now + lasts
    told = Token(writer.next("api_token"), digest, name, role, hint, now, by, ends, scope=scope)
    values = {field: getattr(told, field) for field in Token.__slots__}
    stored = {"role": role.value, "scope": scope.dumps() if scope else None}
    writer.execute(insert(api_token).values(**{**values, **stored}))
    return told


def of(reader: Reader, digest: str, now: datetime | None = None) -> Token | None:
    """The token with this digest, unless it was revoked or has run out."""
    wanted = select(api_token).where(
        _T.digest == digest, _T.expires_at > (now or utc_now()), _T.revoked_at.is_(None)
    )
    rows = reader.rows(wanted)
    return _token(rows[0]) if rows else None


def used(writer: Writer, number: int, now: datetime | None = None) -> None:
    """Note that a token was used."""
    writer.execute(update(api_token).where(_T.id == number).values(used_at=now or utc_now()))


def listing(reader: Reader) -> list[Token]:
    """All tokens, the newest first."""
    return [_token(row) for row in reader.rows(select(api_token).order_by(_T.id.desc()))]


def revoke(writer: Writer, number: int) -> None:
    """End a token at once; ConfigError if there is none of that number, once is like twice."""
    if not _there(writer, number):
        raise ConfigError(
            f"Токена {number} нет. Все токены: kanon token list",
            f"There is no token {number}. All of them: kanon token list",
        )
    writer.execute(
        update(api_token)
        .where(_T.id == number, _T.revoked_at.is_(None))
        .values(revoked_at=utc_now())
    )


def _there(reader: Reader, number: int) -> bool:
    """Whether there is a token of that number."""
    return bool(reader.rows(select(_T.id).where(_T.id == number)))


def _token(row: Any) -> Token:
    told = dict(row._mapping)
    return Token(**{**told, "role": Role(told["role"]), "scope": Scope.loads(told["scope"])})
