"""Accounts, their one-time links and their sessions. Secrets are stored as digests only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from schemas.accounts import Person, Role, login_of
from schemas.errors import ConfigError, Conflict
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import account, sign_in_link, sign_in_session

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)
LINK_LASTS = timedelta(hours=24)
_SEEN_EVERY = timedelta(minutes=1)
_A, _S, _L = account.c, sign_in_session.c, sign_in_link.c


@dataclass(frozen=True, slots=True)
class Account:
    """Someone who may sign in; `password` is a hash, None until the first link was used."""

    id: int
    login: str
    name: str | None
    role: Role
    password: str | None
    active: bool
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class Session:
    """Someone who has signed in, and when last seen."""

    person: Person
    seen_at: datetime


def add(writer: Writer, login: str, role: Role, by: str, name: str | None = None) -> Account:
    """A new account without a password; Conflict if the login is taken."""
    login = login_of(login)
    number = writer.next("account")
    if find(writer, login) is not None:
        raise Conflict(f"Вход «{login}» уже есть.", f"There is a login {login} already.")
    told = Account(number, login, name, role, None, True, utc_now(), by)
    values = {field: getattr(told, field) for field in Account.__slots__}
    writer.execute(insert(account).values(**{**values, "role": role.value}))
    return told


def find(reader: Reader, login: str) -> Account | None:
    """The account of a login, whatever its case."""
    rows = reader.rows(select(account).where(_A.login == login_of(login)))
    return _account(rows[0]) if rows else None


def known(reader: Reader, login: str) -> Account:
    """The account of a login; ConfigError if there is none."""
    found = find(reader, login)
    if found is None:
        raise ConfigError(
            f"Входа «{login}» нет. Все входы: kanon user list",
            f"There is no login {login}. All of them: kanon user list",
        )
    return found


def listing(reader: Reader) -> list[Account]:
    """All accounts, by login."""
    return [_account(row) for row in reader.rows(select(account).order_by(_A.login))]


def exist(reader: Reader) -> bool:
    """Whether there is any account."""
    return bool(reader.rows(select(_A.id).limit(1)))


def change(
    writer: Writer, held: Account, *, role: Role | None = None, active: bool | None = None
) -> None:
    """Give an account another role, or switch it off or on; whoever signed in by it is signed out.

    Conflict if nobody would be left who may give rights.
    """
    writer.next("account", 0)  # its lock keeps two administrators from removing each other
    if (
        held.role is Role.ADMIN
        and held.active
        and (active is False or role not in {None, Role.ADMIN})
    ):
        _refuse_last(writer, held)
    changed: dict[str, object] = {}
    if role is not None:
        changed["role"] = role.value
    if active is not None:
        changed["active"] = active
    writer.execute(update(account).where(_A.id == held.id).values(**changed))
    end_all(writer, held.id)


def _refuse_last(reader: Reader, held: Account) -> None:
    others = select(func.count()).where(
        _A.role == Role.ADMIN.value, _A.active.is_(True), _A.id != held.id
    )
    if not reader.scalar(others):
        raise Conflict(
            f"«{held.login}» — последний администратор. Сначала назначьте другого: kanon user role ВХОД admin",
            f"{held.login} is the last administrator. Appoint another one first: kanon user role LOGIN admin",
        )


def set_password(writer: Writer, number: int, password_hash: str) -> None:
    """The password (its hash) by which an account signs in from now on; its sessions end."""
    writer.execute(update(account).where(_A.id == number).values(password=password_hash))
    end_all(writer, number)


def rehash(writer: Writer, number: int, password_hash: str) -> None:
    """The same password, hashed anew."""
    writer.execute(update(account).where(_A.id == number).values(password=password_hash))


def offer(writer: Writer, number: int, digest: str, now: datetime | None = None) -> datetime:
    """A one-time link for an account, instead of any other; until when it holds."""
    until = (now or utc_now()) + LINK_LASTS
    writer.execute(delete(sign_in_link).where(_L.account_id == number))
    writer.execute(insert(sign_in_link).values(digest=digest, account_id=number, expires_at=until))
    return until


def offered(reader: Reader, digest: str, now: datetime | None = None) -> Account | None:
    """Whose link this is, if it still holds."""
    wanted = (
        select(account)
        .join(sign_in_link, _L.account_id == _A.id)
        .where(_L.digest == digest, _L.expires_at > (now or utc_now()), _A.active.is_(True))
    )
    rows = reader.rows(wanted)
    return _account(rows[0]) if rows else None


def spend(writer: Writer, digest: str, now: datetime | None = None) -> Account:
    """The account of a link, which is used up by this; Conflict if it no longer holds."""
    found = offered(writer, digest, now)
    if found is None or not writer.execute(delete(sign_in_link).where(_L.digest == digest)):
        raise Conflict(
            "Ссылка уже использована или истекла. Попросите администратора дать новую.",
            "The link was used already or has expired. Ask an administrator for a new one.",
        )
    return found


def begin(
    writer: Writer, number: int, digest: str, address: str, agent: str, now: datetime | None = None
) -> None:
    """A session of an account; sessions that ran out are swept."""
    moment = now or utc_now()
    writer.execute(delete(sign_in_session).where(_S.began_at < moment - LONGEST))
    told = {"digest": digest, "account_id": number, "address": address, "agent": agent[:200]}
    writer.execute(insert(sign_in_session).values(**told, began_at=moment, seen_at=moment))


def session(reader: Reader, digest: str, now: datetime | None = None) -> Session | None:
    """Who signed in by this session; None if it ended, ran out, or the account was switched off."""
    moment = now or utc_now()
    wanted = (
        select(_A.id, _A.login, _A.name, _A.role, _S.seen_at)
        .join(sign_in_session, _S.account_id == _A.id)
        .where(
            _S.digest == digest, _S.seen_at > moment - IDLE, _S.began_at > moment - LONGEST,
            _A.active.is_(True),
        )
    )  # fmt: skip
    rows = reader.rows(wanted)
    if not rows:
        return None
    row = rows[0]
    return Session(Person(row.login, Role(row.role), row.name, row.id), row.seen_at)


def due(held: Session, now: datetime | None = None) -> bool:
    """Whether it is time to note that a session was seen."""
    return held.seen_at < (now or utc_now()) - _SEEN_EVERY


def seen(writer: Writer, digest: str, now: datetime | None = None) -> None:
    """Note that a session was seen."""
    writer.execute(
        update(sign_in_session).where(_S.digest == digest).values(seen_at=now or utc_now())
    )


def end(writer: Writer, digest: str) -> None:
    """Sign out."""
    writer.execute(delete(sign_in_session).where(_S.digest == digest))


def end_all(writer: Writer, number: int) -> None:
    """Sign an account out everywhere."""
    writer.execute(delete(sign_in_session).where(_S.account_id == number))


def _account(row: Any) -> Account:
    told = dict(row._mapping)
    return Account(**{**told, "role": Role(told["role"])})
