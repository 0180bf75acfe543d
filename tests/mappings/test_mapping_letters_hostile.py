"""Letters made to break their reader: each is told as far as it can be, and none stops the others."""

from __future__ import annotations

import base64
import json
import time
from email.header import Header

import polars as pl
import pytest

from mappings.functions.letters import letter_body, letter_files
from mappings.letters import parsed
from mappings.letters.charsets import header_text, text_of
from mappings.load import load_mapping
from mappings.verdict import Mapped
from schemas.records import ENVELOPE

HEAD = (
    b"From: =?utf-8?B?0JDQvdC90LA=?= <anna@vega.example>\r\nTo: zakaz@kanon.example\r\nSubject: x\r\n"
    b"Date: Mon, 12 Jan 2026 09:00:00 +0300\r\nMessage-ID: <1@vega.example>\r\n"
)
UTF_7 = b"Content-Type: text/plain; charset=utf-7\r\n\r\n+2AA-"
PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
ASKED = "Просим выставить счёт на трубу 57х3,5, нужно сорок метров до пятницы."


def nested(depth: int) -> bytes:
    opened = [
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
        for n in range(depth)
    ]
    return b"".join([HEAD, *opened, b"Content-Type: text/plain\r\n\r\nhello\r\n"])


@pytest.mark.parametrize(
    "raw",
    [nested(10_000), HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 10_000 + HEAD],
    ids=["parts", "letters"],
)
def test_a_letter_within_letters_ten_thousand_deep_is_told_by_its_head(raw: bytes) -> None:
    letter = parsed(raw)
    assert (letter.sender_name, letter.sender_email) == ("Анна", "anna@vega.example")
    assert (letter.message_id, letter.subject, letter.nature) == ("1@vega.example", "x", "message")
    assert letter.sent_at is not None
    assert letter.doubts == ("unreadable",)
    [file] = letter.attachments
    assert (file.name, file.size, file.trouble) == ("letter.eml", len(raw), "unreadable")


def test_addresses_nested_without_end_are_none() -> None:
    letter = parsed(HEAD + b"Cc: " + b"(" * 100_000 + b"\r\n\r\nabc")
    assert (letter.sender_email, letter.own) == ("anna@vega.example", "abc")
    assert parsed(b"From: " + b"(" * 100_000 + b"\r\nSender: b@c.example\r\n\r\nabc").own == "abc"


@pytest.mark.parametrize(
    "body",
    [
        b"charset=utf-7\r\n\r\n+2AA- and +3AA-",
        b"charset=unicode_escape\r\n\r\n\\ud800 \\x00",
        b"charset=utf-8\r\n\r\na\x00b",
        b"charset=utf-16\r\n\r\n\x00\xd8\x00",
    ],
)
def test_what_no_store_can_hold_is_made_visible(body: bytes) -> None:
    raw = (
        HEAD
        + b"Content-Disposition: inline; filename*=utf-8''a%00b\r\nContent-Type: text/x; "
        + body
    )
    cell = pl.lit(base64.b64encode(raw).decode())
    [file] = pl.select(letter_files(cell)).item().to_list()
    assert "a␀b" in file
    text = pl.select(
        letter_body(pl.lit(base64.b64encode(HEAD + b"Content-Type: text/plain; " + body).decode()))
    ).item()
    assert "\0" not in (text or "")
    (text or "").encode()


def test_one_broken_byte_does_not_make_a_letter_unreadable() -> None:
    raw = ASKED.encode()
    for broken in (raw[:41] + b"\xff" + raw[41:], raw[:39] + raw[40:], raw + b"\xd0"):
        for declared in ("utf-8", None):
            told = text_of(broken, declared)
            assert "нужно сорок метров" in told
            assert told.startswith("Просим выставить")


@pytest.mark.parametrize("charset", ["cp1251", "koi8-r", "cp866", "iso8859-5"])
def test_old_encodings_are_told_as_before_where_utf_8_is_declared(charset: str) -> None:
    assert text_of(ASKED.replace("ё", "е").encode(charset), "utf-8") == ASKED.replace("ё", "е")


def test_words_of_a_subject_cut_in_half_keep_what_is_whole() -> None:
    whole = Header("Сколько стоит труба", "utf-8").encode()
    for cut in range(16, len(whole) - 2):
        told = header_text(whole[:cut])
        assert told.startswith("С"), (cut, told)
        assert "Сколько стоит труба".startswith(told.rstrip("\ufffd "))
    assert header_text("=?utf-8?Q?=D0=A1=D0=BA=D0?= =?utf-8?Q?=D0=BB?=").startswith("Ск")


@pytest.mark.parametrize(
    "line", ["> " * 2_000_000, "-" * 5_000_000, "_ " * 2_000_000, "on " * 1_500_000]
)
def test_a_line_of_megabytes_is_read_in_seconds(line: str) -> None:
    begun = time.process_time()
    parsed(HEAD + PLAIN + line.encode())
    assert time.process_time() - begun < 8


def test_a_hostile_letter_does_not_stop_the_others() -> None:
    found = mapped([HEAD + PLAIN + ASKED.encode(), nested(5000), HEAD + UTF_7])
    assert found.records.height == 3
    assert found.records["body"].to_list()[:2] == [ASKED, None]


def mapped(raws: list[bytes]) -> Mapped:
    rows = pl.DataFrame(
        {
            "_key": [f"zakaz@kanon.example|{n}" for n in range(len(raws))],
            "_changed_at": pl.Series([None] * len(raws), dtype=ENVELOPE["_changed_at"]),
            "_deleted": [False] * len(raws),
            "_landing_id": [1] * len(raws),
            "_landing_row": list(range(len(raws))),
            "mailbox": ["zakaz@kanon.example"] * len(raws),
            "direction": ["inbound"] * len(raws),
            "sent_at": ["2026-01-12T06:00:00Z"] * len(raws),
            "received_at": [None] * len(raws),
            "mime": [base64.b64encode(raw).decode() for raw in raws],
        }
    )
    return load_mapping("exchange", "letters").apply(rows, connection="mail", joined={})


def test_a_name_that_turns_the_writing_does_not_hide_what_a_file_is() -> None:
    raw = HEAD + 'Content-Type: application/x; name="счёт\u202efdp.exe"\r\n\r\nMZ'.encode()
    assert [one.name for one in parsed(raw).attachments] == ["счётfdp.exe"]
    assert header_text("счёт \u2066от\u2069 \u202eакрева") == "счёт от акрева"


def test_a_letter_of_megabytes_is_cut_and_not_refused() -> None:
    raws = [
        HEAD + PLAIN + ("б " * 2_500_000).encode(),
        b"Subject: " + b"x" * 100_000 + b"\r\n" + HEAD + PLAIN + b"abc",
        b"Message-ID: <" + b"x" * 100_000 + b"@y>\r\n" + HEAD + PLAIN + b"abc",
        HEAD
        + b"References: "
        + b"<a@b> " * 50_000
        + b"<"
        + b"r" * 9000
        + b"@b>\r\n"
        + PLAIN
        + b"abc",
        HEAD + PLAIN + "Счёт?\r\n\r\nС уважением, ".encode() + ("Анна " * 20_000).encode(),
        HEAD + b'Content-Type: application/x; name="' + b"n" * 100_000 + b'"\r\n\r\nabc',
    ]
    found = mapped(raws)
    assert found.records.height == len(raws)
    assert found.records["body"].str.len_chars().max() == 500_000
    assert found.records["body"][0].endswith("…")
    for text in found.records["attachments"].explode(empty_as_null=True).drop_nulls():
        assert len(json.loads(text)["name"]) == 900


def test_an_invitation_is_a_letter_with_a_file() -> None:
    part = b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR"
    alone = parsed(HEAD + part)
    both = parsed(
        HEAD + b"Content-Type: multipart/alternative; boundary=q\r\n\r\n--q\r\n"
        b"Content-Type: text/plain\r\n\r\nCome\r\n--q\r\n" + part + b"\r\n--q--"
    )  # fmt: skip
    assert (alone.own, both.own) == ("", "Come")
    for letter in (alone, both):
        assert [(one.name, one.kind) for one in letter.attachments] == [
            ("invite.ics", "text/calendar")
        ]
