"""Bytes as text where the declared encoding lies: old Russian mail programs often did not tell theirs."""

from __future__ import annotations

import binascii
import codecs
import re
from email import policy
from itertools import pairwise


class _Verbatim(policy.Compat32):
    """Headers as they came: the library would replace bytes that no charset was told for."""

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002  the library's signature
        return value


VERBATIM = _Verbatim()
_VAGUE = frozenset(
    {
        "",
        "us-ascii",
        "ascii",
        "iso-8859-1",
        "latin-1",
        "iso8859-1",
        "unknown-8bit",
        "8bit",
        "default",
    }
)
_WORD = re.compile(r"=\?([^?\s]+)\?([BbQq])\?([^?]*)\?=")
_RUN = re.compile(r"(?:=\?[^?\s]+\?[BbQq]\?[^?]*\?=)+")
_GAP = re.compile(r"\?=\s+(?==\?)")
_CUT = re.compile(r"=\?[^?\s]+\?[BbQq]\?[^?\s]*\??$")  # the last word of a header that was too long
# Marks that turn the direction of writing: they make «счётfdp.exe» look like «счётexe.pdf».
_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SOUND = 4
_CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5")
_COMMON = frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюц")


def text_of(raw: bytes, declared: str | None) -> str:
    """`raw` in its declared encoding, or in the one in which it reads as Russian.

    >>> text_of("Пришлите счёт".encode("koi8-r"), "windows-1251")
    'Пришлите счёт'
    >>> text_of("Пришлите счёт".encode(), "us-ascii")
    'Пришлите счёт'
    """
    name = _known(declared)
    told = _strict(raw, name) if name else None
    if told is not None and (raw.isascii() or name not in _CYRILLIC):
        return told
    if told is None:
        utf = _strict(raw, "utf-8") or _cut_short(raw) or _mostly_utf(raw)
        if utf is not None:
            return utf
    tried = [text for text in (_strict(raw, one) for one in _CYRILLIC) if text is not None]
    best = max(tried, key=_russian, default=None)
    if best is None:
        return _sound(raw.decode(name or "utf-8", errors="replace"))
    return told if told is not None and _russian(told) * 2 >= _russian(best) else best


def header_text(raw: str) -> str:
    """A header unfolded and decoded, also where bytes stand in it bare or its words are broken.

    >>> header_text("=?koi8-r?B?98/Q0s/T?= по заказу")
    'Вопрос по заказу'
    """
    line = " ".join(raw.replace("\r", "\n").split("\n"))
    line = _CUT.sub(lambda word: word.group().rstrip("?") + "?=", _GAP.sub("?=", line))
    told, at = "", 0
    # Words of one encoding are joined before they are read: a letter may be cut between two.
    for run in _RUN.finditer(line):
        told += _bare(line[at : run.start()]) + _words(run.group())
        at = run.end()
    return " ".join(_TURNS.sub("", told + _bare(line[at:])).replace("\0", "␀").split())


def _words(run: str) -> str:
    told, held, charset = "", b"", ""
    for word in _WORD.finditer(run):
        name = word.group(1).partition("*")[0].lower()
        if name != charset:
            told, held = told + text_of(held, charset), b""
        charset = name
        held += _octets(word.group(2).upper(), word.group(3))
    return told + text_of(held, charset)


def _octets(way: str, text: str) -> bytes:
    raw = text.encode("ascii", "ignore")
    if way == "Q":
        return binascii.a2b_qp(re.sub(rb"=[0-9A-Fa-f]?$", b"", raw), header=True)
    sound = raw.rstrip(b"=")
    sound = sound[:-1] if len(sound) % 4 == 1 else sound  # one sign is no byte yet
    try:
        return binascii.a2b_base64(sound + b"=" * (-len(sound) % 4))
    except binascii.Error:
        return raw


def _bare(part: str) -> str:
    escaped = any("\udc80" <= letter <= "\udcff" for letter in part)
    return text_of(part.encode("utf-8", "surrogateescape"), None) if escaped else part


def _known(declared: str | None) -> str:
    name = (declared or "").strip().strip("\"'").lower()
    if name in _VAGUE:
        return ""
    try:
        # Python knows encodings that are none of text, and some that refuse most bytes (idna).
        b"\xff".decode(name, errors="replace")
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""


def _cut_short(raw: bytes) -> str | None:
    """UTF-8 whose last letter was cut in two, as names of files too long for their sender are."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return raw[: error.start].decode() if error.start > len(raw) - 4 else None
    return None


def _mostly_utf(raw: bytes) -> str | None:
    """UTF-8 with a few broken bytes: no other encoding has that many letters of two bytes by chance."""
    text = raw.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    letters = sum(sign > "\u007f" for sign in text) - broken
    return text if letters > broken * _SOUND else None


def _strict(raw: bytes, name: str) -> str | None:
    try:
        text = raw.decode(name)
        text.encode()  # some encodings hold halves of letters (utf-7)
    except ValueError:
        return None
    return text


def _sound(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _russian(text: str) -> int:
    """How much a text looks like Russian: common small letters count, capitals inside words do not."""
    score = sum(letter in _COMMON for letter in text) * 2
    score -= sum(one.isalpha() and other.isupper() for one, other in pairwise(text)) * 2
    return score - sum("\u2500" <= letter <= "\u259f" for letter in text)
