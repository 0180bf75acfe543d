"""Second factors of accounts: the key, the last period a code was taken of, and what is left of the recovery codes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import second_factor

_F = second_factor.c


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """The second factor of an account; of `recovery` codes there are digests only."""

    account_id: int
    secret: str
    since: datetime
    last_step: int
    recovery: tuple[str, ...]


def of(reader: Reader, account_id: int) -> SecondFactor | None:
    """The second factor of an account; None if it has none."""
    rows = reader.rows(select(second_factor).where(_F.account_id == account_id))
    if not rows:
        return None
    told = dict(rows[0]._mapping)
    return SecondFactor(**{**told, "recovery": tuple(json.loads(told["recovery"]))})


def put(writer: Writer, account_id: int, secret: str, step: int, recovery: Sequence[str]) -> None:
    """Give an account a second factor, in place of one before; the code of `step` is spent."""
    drop(writer, account_id)
    told = {"account_id": account_id, "secret": secret, "since": utc_now(), "last_step": step}
    writer.execute(insert(second_factor).values(**told, recovery=_dumped(recovery)))


def drop(writer: Writer, account_id: int) -> bool:
    """Take the second factor of an account away; False if it has none."""
    return writer.execute(delete(second_factor).where(_F.account_id == account_id)) > 0


def spend_step(writer: Writer, account_id: int, step: int) -> bool:
    """Spend the code of a period; False if it or a later one was spent before."""
    own = (_F.account_id == account_id, _F.last_step < step)
    return writer.execute(update(second_factor).where(*own).values(last_step=step)) > 0


def spend_recovery(writer: Writer, account_id: int, digest: str) -> bool:
    """Spend a recovery code; False if it is none, or was spent before."""
    held = of(writer, account_id)
    if held is None or digest not in held.recovery:
        return False
    left = _dumped([one for one in held.recovery if one != digest])
    own = (_F.account_id == account_id, _F.recovery == _dumped(held.recovery))
    return writer.execute(update(second_factor).where(*own).values(recovery=left)) > 0


def renew(writer: Writer, account_id: int, recovery: Sequence[str]) -> None:
    """Other recovery codes in place of those before."""
    own = _F.account_id == account_id
    writer.execute(update(second_factor).where(own).values(recovery=_dumped(recovery)))


def _dumped(recovery: Sequence[str]) -> str:
    return json.dumps(list(recovery))
