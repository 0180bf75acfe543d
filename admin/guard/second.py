"""The second factor: codes of the hour by RFC 6238 (HMAC-SHA1, six digits, thirty seconds), and codes for a lost phone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import struct
import time
from urllib.parse import quote

from schemas.accounts import Person, Role

PERIOD, DIGITS = 30, 6
# Clocks of phones are off by less; a code is taken for so many periods before and behind.
AROUND = 1
TICKET_LASTS = 300
_KEY = re.compile(r"[A-Z2-7]{32}")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
RECOVERIES = 10


def new_key() -> str:
    """160 random bits in base32, as applications for codes take them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def is_key(text: str) -> bool:
    """Whether a text is such a key."""
    return _KEY.fullmatch(text) is not None


def code_at(key: str, step: int) -> str:
    """The code of a period, counted from 1970.

    >>> code_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59 // 30)  # the first of RFC 6238, appendix B
    '287082'
    """
    mac = hmac.new(base64.b32decode(key), struct.pack(">Q", step), hashlib.sha1).digest()
    at = mac[-1] & 15
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_of(key: str, typed: str, now: float | None = None) -> int | None:
    """The period a typed code is of; None if it is of none about now."""
    code, here = typed.replace(" ", ""), int(time.time() if now is None else now) // PERIOD
    if not (code.isascii() and code.isdigit() and len(code) == DIGITS):
        return None
    steps = range(max(0, here - AROUND), here + AROUND + 1)
    return next((step for step in steps if hmac.compare_digest(code_at(key, step), code)), None)


def address(key: str, login: str) -> str:
    """The key as a link that applications for codes open."""
    return f"otpauth://totp/Kanon:{quote(login)}?secret={key}&issuer=Kanon"


def new_recoveries() -> list[str]:
    """Codes for a lost phone, each good for one time."""

    def part() -> str:
        return "".join(secrets.choice(_LETTERS) for _ in range(5))

    return [f"{part()}-{part()}" for _ in range(RECOVERIES)]


def recovery_digest(typed: str) -> str:
    """What is kept of such a code."""
    plain = "".join(letter for letter in typed.lower() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def ticket(secret: bytes, visit: str, account: int, mark: str, now: float | None = None) -> str:
    """What says for five minutes that this browser brought the password of an account.

    `mark` is the hash of the password: a new one ends the ticket.
    """
    until = int(time.time() if now is None else now) + TICKET_LASTS
    return f"{account}.{until}.{_sealed(secret, visit, account, until, mark)}"


def account_of(told: str) -> int | None:
    """The account a ticket names; whether it `holds` is another question."""
    number = told.partition(".")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 18 else None


def holds(secret: bytes, visit: str, told: str, mark: str, now: float | None = None) -> bool:
    """Whether a ticket was given to this browser, for this password, and not too long ago."""
    account, _, rest = told.partition(".")
    until, _, seal = rest.partition(".")
    if not all(one.isascii() and one.isdigit() and len(one) < 18 for one in (account, until)):
        return False
    expected = _sealed(secret, visit, int(account), int(until), mark)
    fresh = int(until) > (time.time() if now is None else now)
    return hmac.compare_digest(expected.encode(), seal.encode()) and fresh


def _sealed(secret: bytes, visit: str, account: int, until: int, mark: str) -> str:
    told = "\0".join(("second", visit, str(account), str(until), mark))
    return hmac.new(secret, told.encode(), hashlib.sha256).hexdigest()


def is_missing(person: Person | None, *, obligatory: bool) -> bool:
    """Whether somebody must first switch a second factor on: administrators of the hub's own, where it is set so."""
    if not obligatory or person is None or person.account is None:
        return False
    return person.role is Role.ADMIN and not person.second and not person.of_directory
