"""Accounts, their one-time links and their sessions. Secrets are stored as digests only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from schemas.accounts import Person, Role, login_of, refuse_bound
from schemas.errors import ConfigError, Conflict
from schemas.scopes import Scope
from store import assignments
from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import account, second_factor, sign_in_link, sign_in_session

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)
LINK_LASTS = timedelta(hours=24)
_SEEN_EVERY = timedelta(minutes=1)
_CONFIRMED_EVERY = timedelta(minutes=15)
_A, _S, _L = account.c, sign_in_session.c, sign_in_link.c


@dataclass(frozen=True, slots=True)
class Account:
    """Someone who may sign in; `password` is a hash, None until the first link was used.

    `confirmed_at` is when the directory last said that it knows him; None for an account of the hub.
    """

    id: int
    login: str
    name: str | None
    role: Role
    password: str | None
    active: bool
    created_at: datetime
    created_by: str
    confirmed_at: datetime | None = None
    scope: Scope | None = None

    @property
    def of_directory(self) -> bool:
        """Whether the directory keeps his password and his role."""
        return self.confirmed_at is not None


@dataclass(frozen=True, slots=True)
class Session:
    """Someone who has signed in, when last seen, and when the directory last confirmed him."""

    person: Person
    seen_at: datetime
    confirmed_at: datetime | None = None


def add(writer: Writer, login: str, role: Role, by: str, name: str | None = None) -> Account:
    """A new account without a password; Conflict if the login is taken."""
    login = login_of(login)
    number = writer.next("account")
    if find(writer, login) is not None:
        raise Conflict(f"Вход «{login}» уже есть.", f"There is a login {login} already.")
    told = Account(number, login, name, role, None, True, utc_now(), by)
    values = {field: getattr(told, field) for field in Account.__slots__ if field != "scope"}
    writer.execute(insert(account).values(**{**values, "role": role.value}))
    return told


def confirm(
    writer: Writer, login: str, role: Role, name: str | None, now: datetime | None = None
) -> Account:
    """The account of somebody the directory knows, made or brought up to date.

    Another role signs him out where he had signed in. Conflict if the hub has an account of its own
    by this login: the directory must not take it over.
    """
    moment = now or utc_now()
    held = find(writer, login)
    if held is not None and not held.of_directory:
        raise Conflict(
            f"Вход «{held.login}» заведён в хабе: входите его паролем.",
            f"{held.login} is an account of the hub itself: sign in by its password.",
        )
    held = held or add(writer, login, role, "directory", name)
    told = {"role": role.value, "name": name, "confirmed_at": moment}
    writer.execute(update(account).where(_A.id == held.id).values(**told))
    if held.role is not role:
        end_all(writer, held.id)
    return replace(held, role=role, name=name, confirmed_at=moment)


def find(reader: Reader, login: str) -> Account | None:
    """The account of a login, whatever its case."""
    rows = reader.rows(select(account).where(_A.login == login_of(login)))
    return _account(rows[0]) if rows else None


def of_id(reader: Reader, number: int) -> Account | None:
    """The account of a number."""
    rows = reader.rows(select(account).where(_A.id == number))
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

    The pairs of one that is switched off are nobody's again.

    Conflict if nobody would be left who may give rights, or if the role is the directory's to give.
    """
    if role is not None:
        refuse_of_directory(held)
        refuse_bound(role, held.scope)
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
    if active is False:
        assignments.free(writer, held.login)


def narrow(writer: Writer, held: Account, scope: Scope | None) -> None:
    """Open a part of the base to an account, or with None all of it; it is signed out everywhere.

    ConfigError if its role needs the whole base.
    """
    refuse_bound(held.role, scope)
    told = scope.dumps() if scope else None
    writer.execute(update(account).where(_A.id == held.id).values(scope=told))
    end_all(writer, held.id)


def refuse_of_directory(held: Account) -> None:
    """Conflict if somebody's password and role are the directory's."""
    if held.of_directory:
        raise Conflict(
            f"Пароль и роль входа «{held.login}» хранит каталог компании: меняйте их там.",
            f"The company's directory keeps the password and the role of {held.login}: change them there.",
        )


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


# Every request of a person asks by it, so it is made once.
_HELD = (
    select(
        _A.id,
        _A.login,
        _A.name,
        _A.role,
        _A.confirmed_at,
        _A.scope,
        _S.seen_at,
        second_factor.c.account_id.label("second"),
    )
    .join(sign_in_session, _S.account_id == _A.id)
    .outerjoin(second_factor, second_factor.c.account_id == _A.id)
    .where(
        _S.digest == bindparam("digest_"),
        _S.seen_at > bindparam("seen_after"),
        _S.began_at > bindparam("began_after"),
        _A.active.is_(True),
    )
)


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
    told = {"digest_": digest, "seen_after": moment - IDLE, "began_after": moment - LONGEST}
    rows = reader.rows(_HELD, told)
    if not rows:
        return None
    row = rows[0]
    person = Person(
        row.login, Role(row.role), row.name, row.id, Scope.loads(row.scope),
        second=row.second is not None, of_directory=row.confirmed_at is not None,
    )  # fmt: skip
    return Session(person, row.seen_at, row.confirmed_at)


def due(held: Session, now: datetime | None = None) -> bool:
    """Whether it is time to note that a session was seen."""
    return held.seen_at < (now or utc_now()) - _SEEN_EVERY


def to_confirm(held: Session, now: datetime | None = None) -> bool:
    """Whether the directory is to be asked again about whoever signed in by it."""
    asked = held.confirmed_at
    return asked is not None and asked < (now or utc_now()) - _CONFIRMED_EVERY


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
    return Account(**{**told, "role": Role(told["role"]), "scope": Scope.loads(told["scope"])})
