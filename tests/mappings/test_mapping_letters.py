"""Letters told apart: what each really says, through every habit of the programs that wrote it."""

from __future__ import annotations

import base64
import hashlib

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.functions.letters import letter_files, letter_id, letter_subject
from mappings.letters import Letter, parsed
from mappings.letters.column import held
from mappings.letters.letter import contents
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
        files = [text for one in letter.attachments for text in (one.name, one.kind)]
        for text in (letter.own, letter.subject, letter.sender_name, letter.sender_email, *files):
            text.encode()


@pytest.mark.parametrize(
    ("head", "nature"),
    [
        ("Auto-Submitted: auto-generated", "message"),
        ("Precedence: bulk", "message"),
        ("Auto-Submitted: auto-replied", "auto_reply"),
        ("X-Failed-Recipients: a@b.example", "bounce"),
    ],
)
def test_a_form_is_a_message_though_a_robot_sends_it(head: str, nature: str) -> None:
    raw = f"{head}\nSubject: Заявка\n\nИмя: Анна\nТелефон: +7 916 000-11-22\nСообщение: Цена?"
    assert parsed(raw.encode()).nature == nature
    assert parsed(raw.replace("Имя:", "Я -").encode()).nature != "message"


def test_a_kind_of_file_with_bare_bytes_is_still_text() -> None:
    raw = b"Subject: a\nContent-Type: application/zi\xf0; name=a.zip\n\nx"
    (file,) = parsed(raw).attachments
    assert file.kind.encode()
    cell = base64.b64encode(raw).decode()
    assert "a.zip" in pl.select(letter_files(pl.lit(cell))).item()[0]


@pytest.mark.parametrize(
    "charset", ["koi8\x00-r", "base64", "idna", "undefined", "punycode", "..", "x" * 999]
)
def test_an_encoding_that_is_none_is_told_by_the_text(charset: str) -> None:
    word = base64.b64encode("Счёт".encode("koi8-r")).decode()
    head = f'Subject: =?{charset}?B?{word}?=\nContent-Type: text/plain; charset="{charset}"\n\n'
    letter = parsed(head.encode() + "Пришлите счёт".encode("koi8-r"))
    assert letter.own == "Пришлите счёт"
    assert letter.subject == "Счёт" or charset in {"koi8\x00-r", ".."}


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


_HEAD = "---------- Forwarded message ---------\nОт: Белова Анна <belova@vega.example>\nДата: вчера\nТема: Цена\n\n"
_ASKS = "Почём труба 57х3,5?\n\nС уважением,\nБелова Анна\nООО «Вега», ИНН 7707083893"
_OTHER = "\n\nС уважением,\nПётр Кравец\nООО «Лада», ИНН 7414003633\n\n"


def letter_of(
    body: str, sender: str = "Пётр <p@lada.example>", subject: str = "FW: Цена"
) -> Letter:
    head = f"From: {sender}\nTo: zakaz@kanon.example\nSubject: {subject}\nMessage-ID: <1@lada.example>\n"
    return parsed((head + 'Content-Type: text/plain; charset="utf-8"\n\n' + body).encode())


def told_of(letter: Letter) -> tuple[str, str, str, str]:
    return letter.sender_email, letter.own, letter.told.inn, letter.forwarded_by


@pytest.mark.parametrize(
    ("body", "sender", "expected"),
    [
        ("Коллеги, посмотрите." + _OTHER + _HEAD + _ASKS, "Пётр <p@lada.example>",
         ("belova@vega.example", "Почём труба 57х3,5?", "7707083893", "Пётр <p@lada.example>")),
        # What the forwarder says of himself proves nothing of the writer, unless both are of one firm.
        ("См. ниже" + _OTHER + _HEAD + "Почём труба?", "Пётр <p@lada.example>",
         ("belova@vega.example", "Почём труба?", "", "Пётр <p@lada.example>")),
        ("См. ниже" + _OTHER + _HEAD + "Почём труба?", "Пётр <p@vega.example>",
         ("belova@vega.example", "Почём труба?", "7414003633", "Пётр <p@vega.example>")),
        ("" + _HEAD + "Почём труба?", "Белова Анна <anna77@mail.ru>",
         ("belova@vega.example", "Почём труба?", "", "")),
        # Whoever asks something himself is the one who asks.
        ("А нам сколько стоит такая же?" + _OTHER + _HEAD + _ASKS, "Пётр <p@lada.example>",
         ("p@lada.example", "А нам сколько стоит такая же?", "7414003633", "")),
        ("Заявка на трубу 57х3,5" + _OTHER + _HEAD + _ASKS, "Пётр <p@lada.example>",
         ("p@lada.example", "Заявка на трубу 57х3,5", "7414003633", "")),
        # What we had written ourselves came back.
        ("См. ниже\n\n" + _HEAD.replace("belova@vega", "sbyt@kanon") + "Цена 5", "Пётр <p@lada.example>",
         ("p@lada.example", "См. ниже", "", "")),
    ],
)  # fmt: skip
def test_a_letter_passed_on_without_a_word_is_of_whoever_wrote_it_first(
    body: str, sender: str, expected: tuple[str, str, str, str]
) -> None:
    assert told_of(letter_of(body, sender)) == expected


def test_an_answer_that_quotes_is_no_letter_passed_on() -> None:
    below = _HEAD.splitlines(keepends=True)[1] + "Тема: Цена\n\nПочём?"
    letter = letter_of("Коллеги, ответ ниже\n\n" + below, subject="Re: Цена")
    assert told_of(letter) == ("p@lada.example", "Коллеги, ответ ниже", "", "")


@pytest.mark.parametrize(
    ("body", "inn"),
    [
        ("Счёт?\n\nС уважением,\nПётр\nООО «Экспедитор Плюс», ИНН 7414003633", "7414003633"),
        ("Счёт?\n\nС уважением,\nПётр\nэкспедитор ООО «Лада»\nИНН 7414003633", ""),
        ("Нужен счёт. Наши реквизиты: ООО «Лада», ИНН 7414003633", "7414003633"),
        ("Нужен счёт. Плательщик: ООО «Лада», ИНН 7414003633", ""),
        ("Мы ООО «Лада», ИНН 7414003633\nНаш филиал: ИНН 7707083893", ""),
    ],
)
def test_an_inn_is_the_writer_s_own_only_where_he_says_so(body: str, inn: str) -> None:
    assert letter_of(body, subject="Счёт").told.inn == inn


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


def test_the_bytes_of_each_file_are_those_that_were_told() -> None:
    for number in LETTERS:
        raw = POST.real(number).raw
        told = [one.sha256 for one in parsed(raw).attachments]
        assert [hashlib.sha256(one).hexdigest() for one in contents(raw)] == told
    assert contents(b"Content-Type: message/rfc822\r\n\r\n" * 5000)[0].startswith(b"Content-Type")


def test_letters_are_held_by_marks_while_their_fields_are_told_and_no_longer() -> None:
    cells = [base64.b64encode(POST.real(n).raw).decode() for n in range(3)]
    rows = pl.DataFrame({"mime": [*cells, None, " "], "box": list("abcde")})
    wanted = rows.select(letter_id(pl.col("mime")), s=letter_subject(pl.col("mime")))
    with held(rows, ["mime"]) as light:
        assert max(len(cell or "") for cell in light["mime"]) < 30
        assert light["box"].equals(rows["box"])
        found = light.select(letter_id(pl.col("mime")), s=letter_subject(pl.col("mime")))
    assert found.equals(wanted)
    assert light.select(letter_id(pl.col("mime")))["mime"].to_list() == [None] * 5


@pytest.mark.parametrize(
    "sign", [" ", "\t", "- ", "a ", "a:", "=", "(8 ", "ИНН ", ">", "«", "+7 ("]
)
def test_a_line_of_one_sign_stops_nobody(sign: str) -> None:
    """Such a line once took hours: it ends here, or the test does not."""
    letter = parsed(f"From: a@b.ru\r\n\r\n{sign * 100_000}x".encode())
    assert letter.nature == "message"
