"""Passwords and secrets: hashed slowly, drawn at random, stored as digests."""

from __future__ import annotations

import hashlib
import secrets
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

TOKEN_PREFIX = "kanon_"  # noqa: S105  the beginning of every token, by which leaked ones are found
# OWASP's floor for Argon2id, 19 MiB and two passes; never more than two at once, whoever knocks.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = BoundedSemaphore(2)
# What a login that does not exist is checked against: refusing it takes as long.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))


def hashed(password: str) -> str:
    """The Argon2id hash of a password, with its salt and parameters."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def holds(password_hash: str | None, password: str) -> bool:
    """Whether this is the password; for None the answer is no, after the same time."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(password_hash or _NOBODY, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(password_hash: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def new_secret() -> str:
    """256 random bits, fit for a link or a cookie."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a secret with 256 bits; nothing leads back from it."""
    return hashlib.sha256(secret.encode()).hexdigest()
