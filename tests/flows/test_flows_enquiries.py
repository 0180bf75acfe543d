"""Enquiries assembled from messages: what they are, whatever the order and the portions of messages."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.enquiries import load_enquiries
from flows.enquiries.assemble import assembled
from flows.enquiries.same import linked
from flows.enquiries.stage import again
from flows.house import House
from flows.sync import settle
from schemas.enquiries import ACT, enquiry_columns
from store import Store, canonical, chat_tokens, enquiries
from tests.support.examples import examples
from tests.support.house import house_over
from tests.support.messages import DAY, MONDAY, REQUEST, a_week, canonical_messages, message

RULES = load_enquiries(Path("nowhere"))
ACTS = pl.DataFrame(schema=dict(ACT))
CHATS = pl.DataFrame(schema={"thread": pl.String(), "contact_id": pl.String()})


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Iterator[House]:
    opened = house_over(store, tmp_path)
    yield opened
    opened.close()


def told(rows: Sequence[dict[str, Any]], acts: pl.DataFrame = ACTS) -> list[dict[str, Any]]:
    made = linked(assembled(canonical_messages(rows), acts, CHATS, RULES), RULES)
    return made.sort("began_at", "id").to_dicts()


def act(number: int, anchor: int, field: str, value: str | None, minutes: float) -> pl.DataFrame:
    row = {
        "id": number, "channel": "telegram", "thread": "1", "message_id": f"m{anchor:04d}",
        "field": field, "value": value, "author": "anna", "at": MONDAY + timedelta(minutes=minutes),
    }  # fmt: skip
    return pl.DataFrame([{name: row.get(name) for name in ACT}], schema=dict(ACT))


def test_messages_of_one_chat_are_one_enquiry_until_a_long_silence() -> None:
    rows = [
        message(1, 0, body="Здравствуйте"),
        message(2, 1, body="Сколько стоит труба 57х3,5? Счёт № 4512 оплатили", sender_name="Анна"),
        message(3, 9, body="Добрый день!", direction="outbound"),
        message(4, 20, body="А наличие?"),
        message(5, 5 * DAY, body="Здравствуйте, у вас брак в партии, нужна рекламация"),
    ]
    first, second = told(rows)
    assert (first["messages"], second["messages"]) == (4, 1)
    assert (first["topic"], second["topic"]) == ("purchase", "claim")
    assert first["topic_why"] == ["purchase: сколько стоит +3", "order_question: оплатили +1"]
    assert first["orders"] == ["4512"]
    assert first["state"] == "in_work"
    assert first["answered_at"] == MONDAY + timedelta(minutes=9)
    assert first["waits_since"] == MONDAY + timedelta(minutes=20)
    assert first["deadline_at"] == first["waits_since"] + timedelta(hours=4)
    assert (second["state"], second["deadline_at"]) == (
        "new", MONDAY + timedelta(days=7, hours=8),
    )  # fmt: skip


def test_a_due_time_of_a_persons_holds_for_the_question_it_was_set_for() -> None:
    due = MONDAY + timedelta(days=3)
    said = act(1, 1, "deadline_at", due.isoformat(timespec="microseconds"), 10)
    closed = pl.concat([said, act(2, 1, "state", "closed", 15)])
    letters = [message(n, minutes, channel="email", thread="1") for n, minutes in ((1, 0), (4, 60))]
    mailed = closed.with_columns(pl.lit("email").alias("channel"))
    first, more = message(1, 0, body="Сколько стоит труба?"), message(2, 20, body="Ау?")
    answer = message(3, 30, body="Сто рублей", direction="outbound")
    later = message(4, 60, body="А доставка?")
    computed = told([first, answer, later])[0]["deadline_at"]
    for rows, acts, wanted in (
        ([first], said, due), ([first, more], said, due), ([first, more, answer], said, None),
        ([first, more, answer, later], said, computed), (letters, mailed, told(letters[1:])[0]["deadline_at"]),
        ([first, answer, later], act(1, 1, "deadline_at", due.isoformat(), 61), due),
        # Nothing waited when it was set: it is for what comes next.
        ([first, answer, later], act(1, 1, "deadline_at", due.isoformat(), 40), due),
    ):  # fmt: skip
        assert [one["deadline_at"] for one in told(rows, acts)] == [wanted], (rows, acts)


def test_a_chat_that_begins_with_a_greeting_is_the_same_request_as_its_form() -> None:
    rows = [
        message(1, 0, body="Здравствуйте!", sender_phone="+79160000001"),
        message(2, 1, body="Подскажите аналог стали 09Г2С и механические свойства"),
        message(3, 2, body="Минуту", direction="outbound"),
        message(4, 3, body="Жду"),
        message(
            5, 4, channel="form", thread="f", sender_phone="+79160000001",
            body="Подскажите аналог стали 09Г2С и механические свойства",
        ),
    ]  # fmt: skip
    chat, form = told(rows)
    assert chat["opening"] == f"Здравствуйте!\n{rows[1]['body']}"
    assert form["same_as"] == chat["id"]
    letter = {"channel": "email", "thread": "a"}
    [mail] = told([message(6, 0, body="Цена?", **letter), message(7, 9, body="Ау?", **letter)])
    assert mail["opening"] == "Цена?"
    [wordless] = told([message(8, 0, attachments=['{"name": "photo"}'])])
    assert wordless["opening"] is None


def test_what_is_no_words_of_a_person_opens_no_enquiry() -> None:
    rows = [
        message(1, nature="auto_reply", channel="email", thread="a", body="Я в отпуске"),
        message(2, nature="bounce", channel="email", thread="b", body="Undelivered"),
        message(3, nature="broadcast", thread="2", body="Новости"),
        message(4, direction="outbound", thread="3", body="Мы вам писали"),
        message(5, direction="internal", channel="email", thread="c", body="Коллеги"),
        message(6, deleted=True, thread="4", body="Стёрто"),
    ]
    assert told(rows) == []


def test_one_letter_in_two_mailboxes_is_one_message() -> None:
    rows = [
        message(n, channel="email", thread="t", message_id="a@x.example", connection=box, box=box)
        for n, box in enumerate(("sales", "info"))
    ]
    [only] = told(rows)
    assert (only["messages"], only["box"]) == (1, "info")


COPY = {"channel": "email", "thread": "1@host", "message_id": "1@host"}


def test_copies_that_mailboxes_changed_are_one_letter_still() -> None:
    file = '{"name": "Заявка.pdf", "size": 1, "sha256": "ab"}'
    body = "Просим цену на трубу 57х3,5, 40 метров"
    rows = [
        message(1, 0, **COPY, connection="sales", subject="Заявка", body=body, attachments=[file]),
        message(2, 0, **COPY, connection="info", subject="[EXT] Заявка", body=f"{body}\nПроверено антивирусом"),
    ]  # fmt: skip
    for order in (rows, rows[::-1]):
        [only] = told(order)
        assert only["messages"] == 1


def test_letters_of_a_mailer_that_repeats_its_id_are_all_kept() -> None:
    rows = [
        message(1, 0, **COPY, sender_email="a@x.example", subject="Заявка", body="Цена трубы?"),
        message(2, 5, **COPY, sender_email="b@y.example", subject="Заявка", body="Где машина?"),
        message(3, 5, **COPY, connection="info", sender_email="b@y.example", subject="Заявка",
                body="Где машина?"),
        message(4, 9, **COPY, sender_email="a@x.example", subject="Заявка",
                body="Цена трубы?", attachments=['{"name": "2.pdf", "sha256": "cd"}']),
        message(6, 3 * DAY, **COPY, sender_email="a@x.example", subject="Заявка", body="Цена трубы?"),
        message(5, 20, channel="email", thread="1@host", message_id="r@z", body="Отвечаем",
                direction="outbound"),
    ]  # fmt: skip
    dice = random.Random(3)  # noqa: S311  an order, no secret
    found = told(rows)
    assert [(one["sender_email"], one["messages"]) for one in found] == [
        ("a@x.example", 1), ("b@y.example", 1), ("a@x.example", 2), ("a@x.example", 1),
    ]  # fmt: skip
    assert len({one["message_id"] for one in found}) == 4
    for _ in range(5):
        assert told(dice.sample(rows, len(rows))) == found


def test_who_writes_after_his_enquiry_was_closed_begins_another_but_a_letter_opens_it_again() -> (
    None
):
    rows = [message(1, 0, body="Цена?"), message(2, 30, body="Здравствуйте, где машина?")]
    closed = act(1, 1, "state", "closed", 10)
    assert [one["state"] for one in told(rows, closed)] == ["closed", "new"]
    letters = [{**row, "channel": "email"} for row in rows]
    [letter] = told(letters, closed.with_columns(pl.lit("email").alias("channel")))
    assert (letter["state"], letter["messages"]) == ("in_work", 2)
    undone = pl.concat([closed, act(2, 1, "state", "in_work", 12)])
    assert [one["messages"] for one in told(rows, undone)] == [2]


def test_a_decision_outlives_an_earlier_message_that_comes_late() -> None:
    later = [message(2, 10, body="Нужен сертификат"), message(3, 11, body="на партию 7")]
    chosen = pl.concat([act(1, 2, "topic", "claim", 20), act(2, 2, "owner", "boris", 21)])
    [before] = told(later, chosen)
    [after] = told([message(1, 0, body="Добрый день"), *later], chosen)
    assert before["id"] != after["id"]
    for one in (before, after):
        assert (one["topic"], one["topic_by"], one["owner"]) == ("claim", "anna", "boris")


def test_a_group_that_became_another_is_one_conversation() -> None:
    rows = [
        message(1, 0, thread="-5", body="Нужна цена"),
        message(2, 1, thread="-5", moved_to="-100", nature="service"),
        message(3, 2, thread="-100", body="И наличие"),
    ]
    [only] = told(rows)
    assert (only["thread"], only["threads"], only["messages"]) == ("-100", ["-5", "-100"], 2)


def test_one_request_by_two_channels_is_linked_and_not_doubled_and_another_is_another() -> None:
    rows = [
        message(1, 0, body=REQUEST, sender_phone="+79160000001"),
        message(2, 90, channel="form", thread="f", body=f"{REQUEST}. Спасибо", sender_phone="+79160000001"),
        message(3, 95, channel="email", thread="e", body="Нужен акт сверки за третий квартал", sender_phone="+79160000001"),
        message(4, 99, thread="9", body=REQUEST, sender_phone="+79160000002"),
        message(5, 5 * DAY, thread="7", body=REQUEST, sender_phone="+79160000001"),
    ]  # fmt: skip
    first, second, third, stranger, late = told(rows)
    assert second["same_as"] == first["id"]
    assert second["same_why"] == ["sender_phone", "words: 100 %"]
    assert [one["same_as"] for one in (first, third, stranger, late)] == [None] * 4


def test_a_phone_shown_once_is_the_chats_and_two_phones_are_nobodys() -> None:
    rows = [message(1, 0, body="Цена?"), message(2, 1, sender_phone="+79160000001")]
    assert told(rows)[0]["sender_phone"] == "+79160000001"
    again_asked = [*rows, message(3, 9 * DAY, body="Снова я")]
    assert told(again_asked)[1]["sender_phone"] == "+79160000001"


@settings(deadline=None, max_examples=examples(20))
@given(st.integers(0, 2**32), st.integers(0, 40))
def test_the_order_of_messages_changes_nothing(seed: int, count: int) -> None:
    dice = random.Random(seed)  # noqa: S311  a game, no secret
    rows = a_week(dice, count)
    acts = pl.concat([act(1, 3, "state", "closed", DAY), act(2, 7, "topic", "claim", DAY)])
    one, other = (
        linked(assembled(canonical_messages(some), acts, CHATS, RULES), RULES).sort("id")
        for some in (rows, dice.sample(rows, len(rows)))
    )
    assert one.equals(other)
    assert one.columns == list(enquiry_columns())
    assert one["id"].is_unique().all()
    assert one.filter(pl.col("same_as") == pl.col("id")).is_empty()


def take(house: House, rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    if rows:
        with house.store.write() as writer:
            canonical.save(writer, "message", canonical_messages(rows))
    settle(house)
    with house.store.read() as reader:
        return enquiries.load(reader)


def test_messages_that_come_by_portions_end_as_those_that_came_at_once(house: House) -> None:
    dice = random.Random(11)  # noqa: S311  a game, no secret
    rows = a_week(dice, 90)
    shuffled = dice.sample(rows, len(rows))
    for start in range(0, len(rows), 18):
        found = take(house, shuffled[start : start + 18])
    whole = linked(assembled(canonical_messages(rows), ACTS, CHATS, RULES), RULES).sort("id")
    sent = ("owner", "unit", "route", "route_why")  # made once, of what was known then
    assert found.drop(sent).equals(whole.drop(sent))
    assert found.filter(pl.col("state") == "new")["route"].null_count() == 0
    assert found["same_as"].null_count() < found.height
    assert take(house, []).equals(found)


def test_a_decision_is_seen_at_once_and_stays_when_all_is_made_anew(house: House) -> None:
    rows = [message(1, 0, body="Цена?"), message(2, 3, thread="2", body="Где машина?")]
    before = take(house, rows)
    with house.store.write() as writer:
        enquiries.decide(writer, ("telegram", "1", "m0001"), "owner", "boris", author="anna")
        written = again(writer, RULES, ["1"])
    assert (written.updated, written.inserted) == (1, 0)
    rules = house.settings.config_dir / "enquiries.yaml"
    rules.parent.mkdir(parents=True, exist_ok=True)
    shipped = Path("config/enquiries.yaml").read_text(encoding="utf-8")
    rules.write_text(shipped.replace("answer_hours: 4", "answer_hours: 2"), encoding="utf-8")
    after = take(house, [])
    assert after["id"].equals(before["id"])
    assert set(after["owner"]) == {None, "boris"}
    assert (after["deadline_at"] == after["waits_since"] + timedelta(hours=2)).all()


def test_a_link_binds_the_first_chat_that_comes_by_it_once_and_in_time(house: House) -> None:
    with house.store.write() as writer:
        token = chat_tokens.issue(writer, "p1", "anna", now=MONDAY)
        stale = chat_tokens.issue(writer, "p2", "anna", now=MONDAY - timedelta(days=30))
    rows = [
        message(1, 1, thread="1", token=token, nature="service"), message(2, 2, thread="1", body="Цена?"),
        message(3, 5, thread="2", token=token, nature="service"), message(4, 6, thread="2", body="Цена?"),
        message(5, 7, thread="3", token=stale, nature="service"), message(6, 8, thread="3", body="Цена?"),
    ]  # fmt: skip
    found = take(house, rows).sort("thread")
    assert found["contact_id"].to_list() == ["p1", None, None]


def test_a_letter_of_an_old_site_is_read_by_the_template_of_its_sender(house: House) -> None:
    rules = """
version: 1
topics: [{name: purchase, ru: Покупка, en: Purchase, words: {сколько стоит: 3}}]
form_letters:
  - sender: Robot@Old.example
    fields: {name: Кто пишет, phone: Куда звонить, message: Что нужно, inn: Код организации}
"""
    text = (
        "Новая запись на сайте\n* Кто пишет: Анна Орлова\nКуда  звонить: 8 916 000-00-01\n"
        "Код организации: 7707083893\nЧто нужно: Сколько стоит труба?\nСрок: завтра"
    )
    robot = {"channel": "email", "sender_email": "robot@old.example", "sender_name": "Сайт"}
    rows = [
        message(1, thread="a", nature="broadcast", body=text, **robot),
        message(2, thread="b", body="Диск переполнен", **robot),
        message(3, thread="c", body=text, channel="email", sender_email="anna@old.example"),
    ]
    folder = house.settings.config_dir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "enquiries.yaml").write_text(rules, encoding="utf-8")
    with house.store.write() as writer:
        canonical.save(writer, "message", canonical_messages(rows))
    settle(house)
    with house.store.read() as reader:
        found = {row["thread"]: row for row in enquiries.load(reader).to_dicts()}
    names = ("sender_name", "sender_phone", "sender_email", "inn", "topic", "opening")
    assert [found["a"][name] for name in names] == [
        "Анна Орлова", "+79160000001", None, "7707083893", "purchase", "Сколько стоит труба?\nСрок: завтра",
    ]  # fmt: skip
    assert [found["b"][n] for n in ("sender_email", "opening")] == [
        "robot@old.example", "Диск переполнен",
    ]  # fmt: skip
    assert found["c"]["sender_phone"] is None
