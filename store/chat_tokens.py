"""One-time links that bind a chat to a contact: shown once, stored as digests (handbook 6.3)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from store.clock import utc_now
from store.engine import Reader, Writer
from store.tables import canonical, chat_token

_T = chat_token.c
_MESSAGE = canonical["message"].c
LASTS = timedelta(days=7)


def digest_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue(
    writer: Writer, contact_id: str, author: str, now: datetime | None = None, lasts: timedelta = LASTS
) -> str:  # fmt: skip
    """A token for the link given to this contact; 32 characters that a deep link may hold."""
    token, made = secrets.token_urlsafe(24), now or utc_now()
    told = {
        "digest": digest_of(token), "contact_id": contact_id, "author": author, "made_at": made,
        "until": made + lasts,
    }  # fmt: skip
    writer.execute(insert(chat_token).values(**told))
    return token


def use(writer: Writer, token: str, chat: str, sent_at: datetime) -> bool:
    """Whether the chat is bound by the token now: only the first chat in time binds, and in good time."""
    bound = writer.execute(
        update(chat_token)
        .where(_T.digest == digest_of(token), _T.used_by.is_(None))
        .where(_T.made_at <= sent_at + timedelta(minutes=5), _T.until >= sent_at)
        .values(used_by=chat, used_at=sent_at)
    )
    return bound > 0


def sent(reader: Reader, since_seq: int) -> list[tuple[str, str, datetime]]:
    """Tokens that came after `since_seq` with the chat and the moment, in the order they were sent."""
    wanted = (
        select(_MESSAGE.token, _MESSAGE.thread, _MESSAGE.sent_at)
        .where(_MESSAGE.seq > since_seq, _MESSAGE.token.is_not(None), _MESSAGE.deleted.is_(False))
        .order_by(_MESSAGE.sent_at, _MESSAGE.thread)
    )
    return [(row.token, row.thread, row.sent_at) for row in reader.rows(wanted)]
