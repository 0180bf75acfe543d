"""Letters told apart: what each really says, through every habit of the programs that wrote it."""

from __future__ import annotations

import base64

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.letters import parsed
from mappings.letters.quoting import parts_of
from mappings.load import load_mapping
from schemas.records import ENVELOPE
from simulators.exchange import Post
from simulators.world import World

POST = Post(World(3, 80))
LETTERS = range(400)


def test_every_letter_of_the_world_is_told_as_it_was_written() -> None:
    for number in LETTERS:
        real, letter = POST.real(number), parsed(POST.real(number).raw)
        own = letter.told.text if letter.form else letter.own
        assert own == real.own, number
        assert (letter.nature, letter.sender_email) == (real.nature, real.sender)
        assert (letter.message_id, letter.subject, letter.sent_at) == (
            real.message_id, real.subject, real.at,
        )  # fmt: skip
        names = [one.name for one in letter.attachments if one.kind != "message/delivery-status"]
        assert names == list(real.files)
        if real.nature == "message":
            assert letter.told.inn == real.inn
            assert _digits(letter.told.phone)[-10:] == _digits(real.phone)[-10:]
        assert ("winmail" in letter.doubts) == ("winmail.dat" in real.files)


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 399), st.floats(0, 1))
def test_no_bytes_are_too_broken_to_be_read(noise: bytes, number: int, place: float) -> None:
    raw = POST.real(number).raw
    cut = int(len(raw) * place)
    for broken in (noise, raw[:cut], raw[:cut] + noise + raw[cut:]):
        letter = parsed(broken)
        assert "\ud800" not in letter.own
        letter.own.encode()
        letter.subject.encode()
        letter.sender_name.encode()


@pytest.mark.parametrize(
    ("text", "own", "quoted"),
    [
        ("Да.\n\n> Отгружать?\n> Завтра?", "Да.", "> Отгружать?\n> Завтра?"),
        ("Анна пишет:\n> Цена?\nТысяча.\n> Срок?\nНеделя.", "Тысяча.\nНеделя.", "Анна пишет:\n> Цена?\n> Срок?"),
        ("См. ниже\n\nОт: Анна\nОтправлено: вчера\nКому: мне\nТема: Труба\n\nНужна труба", "См. ниже", "От: Анна"),
        ("Цена от 5 тыс.:\nтруба", "Цена от 5 тыс.:\nтруба", ""),
        ("-------- Пересылаемое сообщение --------\nОт: Анна\n\nНужна труба", "", "-------- Пересылаемое"),
    ],
)  # fmt: skip
def test_quotations_of_every_habit_are_cut_and_nothing_else(
    text: str, own: str, quoted: str
) -> None:
    parts = parts_of(text)
    assert parts.own == own
    assert parts.quoted.startswith(quoted)


def test_a_letter_becomes_a_message_and_a_site_s_letter_speaks_for_the_person() -> None:
    some = [POST.real(number) for number in range(120)]
    rows = pl.DataFrame(
        {
            "_key": [f"zakaz@kanon.example|{one.number}" for one in some],
            "_changed_at": pl.Series([one.at for one in some], dtype=ENVELOPE["_changed_at"]),
            "_deleted": [False] * len(some),
            "_landing_id": [1] * len(some),
            "_landing_row": list(range(len(some))),
            "mailbox": ["zakaz@kanon.example"] * len(some),
            "direction": ["inbound"] * len(some),
            "sent_at": [f"{one.at:%Y-%m-%dT%H:%M:%SZ}" for one in some],
            "received_at": [None] * len(some),
            "mime": [base64.b64encode(one.raw).decode() for one in some],
        }
    )
    mapped = load_mapping("exchange", "letters").apply(rows, connection="mail", joined={})
    assert mapped.records.height == len(some)
    told = mapped.records.sort("landing_row").to_dicts()
    for one, row in zip(some, told, strict=True):
        assert (row["channel"], row["nature"], row["sent_at"]) == ("email", one.nature, one.at)
        assert " ".join(row["body"].split()) == " ".join(one.own.split())
        if one.sender.startswith("robot@"):
            assert row["sender_name"] == one.name
            assert row["sender_email"] != one.sender
            assert row["page"] == "https://shop.example/truby"
        if one.nature == "message" and one.phone:
            assert row["sender_phone"] == one.phone
        if one.nature == "message" and one.message_id and not one.subject.startswith("RE:"):
            assert row["thread"] == one.message_id
