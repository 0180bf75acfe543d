"""Who is signed in now, and from where: sessions as people may look at them and end them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from store.accounts import IDLE, LONGEST
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import account, sign_in_session

_A, _S = account.c, sign_in_session.c
_MARK = 16
_MOST = 200


@dataclass(frozen=True, slots=True)
class SignIn:
    """A session that goes on; `mark` names it and opens nothing."""

    mark: str
    login: str
    name: str | None
    address: str
    agent: str
    began_at: datetime
    seen_at: datetime


def mark_of(digest: str) -> str:
    """What a session is called where people see it."""
    return digest[:_MARK]


def going_on(
    reader: Reader, login: str | None = None, now: datetime | None = None
) -> Sequence[SignIn]:
    """The sessions that have not run out, of one login or of all, the last seen first."""
    moment = now or utc_now()
    told = (_S.digest, _A.login, _A.name, _S.address, _S.agent, _S.began_at, _S.seen_at)
    wanted = (
        select(*told)
        .join(account, _S.account_id == _A.id)
        .where(_S.seen_at > moment - IDLE, _S.began_at > moment - LONGEST, _A.active.is_(True))
        .order_by(_S.seen_at.desc(), _S.digest)
    )
    if login is not None:
        wanted = wanted.where(_A.login == login)
    return [_sign_in(row) for row in reader.rows(wanted.limit(_MOST))]


def _sign_in(row: Any) -> SignIn:
    told = dict(row._mapping)
    return SignIn(mark_of(told.pop("digest")), **told)


def end_one(writer: Writer, login: str, mark: str) -> int:
    """End one session of a login; how many that were."""
    if len(mark) != _MARK or not mark.isalnum():
        return 0
    return writer.execute(_of(login).where(_S.digest.startswith(mark)))


def end_others(writer: Writer, login: str, digest: str) -> int:
    """End every session of a login but this one; how many that were."""
    return writer.execute(_of(login).where(_S.digest != digest))


def _of(login: str) -> Any:
    own = select(_A.id).where(_A.login == login).scalar_subquery()
    return delete(sign_in_session).where(_S.account_id == own)
