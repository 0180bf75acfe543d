"""Letters are acknowledged once, and nobody who answers by himself is."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from flows.enquiries.acknowledge import Acknowledged, acknowledge
from flows.house import House
from flows.sync import settle, sync
from schemas.errors import Conflict
from simulators.exchange import PASSWORD, USER, Office, Post, serve_mail
from simulators.exchange.outgoing import Sent, sent_letter
from simulators.exchange.server import MailServer
from simulators.world import World
from store import Store, acknowledgements, enquiries, leases
from tests.support.house import house_over

BOX = "zakaz@kanon.example"
TEXTS = {
    "letters": [
        {"topics": ["claim"], "subject": "Претензия {number}", "text": "Ответим до {deadline}."},
        {"mailboxes": [BOX], "topics": ["purchase"], "subject": "Получили: {topic}", "text": "Спасибо."},
    ],
    "silent": ["@quiet.example"],
}  # fmt: skip


@pytest.fixture
def office() -> Office:
    opened = Office(Post(World(3, 40)))
    opened.open(BOX)
    return opened


@pytest.fixture
def server(office: Office) -> Iterator[MailServer]:
    with serve_mail(office) as running:
        yield running


@pytest.fixture
def house(
    store: Store, server: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    folder = tmp_path / "config" / "connections"
    folder.mkdir(parents=True)
    told = {
        "url": server.url, "mailboxes": [BOX], "user": USER, "password": "env:MAIL_PASSWORD",
        "auth": "basic", "timeout": 10,
    }  # fmt: skip
    body = yaml.safe_dump({"kind": "exchange", "retries": 0, "settings": told})
    (folder / "mail.yaml").write_text(body, encoding="utf-8")
    (folder.parent / "acknowledge.yaml").write_text(yaml.safe_dump(TEXTS), encoding="utf-8")
    opened = house_over(store, tmp_path)
    yield opened
    opened.close()


def comes(
    office: Office, number: int, sender: str, *heads: str, body: str = "Сколько стоит труба?"
) -> None:
    """A letter comes to the mailbox a minute ago."""
    raw = "\n".join(
        [f"From: {sender}", f"To: {BOX}", f"Message-ID: <{number}@there.example>", "Subject: Труба", *heads,
         f"Date: {datetime.now(UTC) - timedelta(minutes=1):%a, %d %b %Y %H:%M:%S +0000}",
         'Content-Type: text/plain; charset="utf-8"', "", body]
    )  # fmt: skip
    letter, _ = sent_letter(raw.encode())
    office.receive(BOX, letter)


def drained(house: House) -> Acknowledged:
    sync(house, "mail")
    settle(house)
    return acknowledge(house)


def sent(office: Office) -> list[Sent]:
    items = office.boxes[BOX]["sentitems"].items
    return [office.real(number) for number in items.values()]  # type: ignore[misc]  # all were sent here


def test_who_writes_hears_once_and_by_the_text_of_his_topic(house: House, office: Office) -> None:
    comes(office, 1, "anna@vega.example")
    comes(office, 2, "boris@lada.example", body="Претензия: пришёл брак")
    comes(office, 3, "vera@lada.example", body="Приглашаем на вебинар")
    assert drained(house) == Acknowledged(sent=2)
    assert sorted(one.subject.split()[0] for one in sent(office)) == ["Получили:", "Претензия"]
    raw = next(one.raw for one in sent(office) if one.subject.startswith("Получили"))
    assert b"\nAuto-Submitted: auto-replied\n" in raw
    assert b"\nX-Auto-Response-Suppress: All\n" in raw
    assert b"\nIn-Reply-To: <1@there.example>\n" in raw
    # More of the same conversation, and another letter of the same day, are not acknowledged again.
    comes(
        office,
        4,
        "anna@vega.example",
        "In-Reply-To: <1@there.example>",
        "References: <1@there.example>",
    )
    comes(office, 5, "boris@lada.example", body="Ещё претензия: недостача")
    assert drained(house) == Acknowledged()
    with house.store.read() as reader:
        rows = enquiries.load(reader).filter(sender_email="anna@vega.example").to_dicts()
    # An automatic answer answers nothing: people still have to.
    assert [(row["answered_at"], row["state"]) for row in rows] == [(None, "new")]


def test_who_reads_nothing_is_not_written_to(house: House, office: Office) -> None:
    silent = (
        ("no-reply@shop.example", "X-A: 1"),
        ("anna@quiet.example", "X-A: 1"),
        ("anna@kanon.example", "X-A: 1"),
        ("anna@vega.example", "Auto-Submitted: auto-generated"),
        ("boris@vega.example", "List-Id: <news.vega.example>"),
        ("vera@vega.example", "X-Failed-Recipients: b@c.example"),
    )
    for number, (sender, head) in enumerate(silent):
        comes(office, number, sender, head)
    assert drained(house) == Acknowledged()
    assert sent(office) == []


def test_two_robots_do_not_talk_for_ever(house: House, office: Office) -> None:
    """A careless robot answers our letter without saying that it is one, in a conversation of its own."""
    said = iter(range(100, 200))

    def answers(letter: object) -> Sent:
        raw = f"From: robot77@vega.example\nTo: {BOX}\nMessage-ID: <{next(said)}@there.example>\nSubject: Заявка\n"
        raw += f"Date: {datetime.now(UTC):%a, %d %b %Y %H:%M:%S +0000}\n"
        body = base64.b64encode("Сколько стоит труба?".encode()).decode()
        kind = 'Content-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: base64'
        return sent_letter(f"{raw}{kind}\n\n{body}".encode())[0]

    office.robots["robot77@vega.example"] = answers
    comes(office, 1, "robot77@vega.example")
    assert [drained(house).sent for _ in range(3)] == [1, 0, 0]
    assert len(sent(office)) == 1


def test_a_letter_that_left_before_a_kill_does_not_leave_again(
    house: House, office: Office, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    comes(office, 1, "anna@vega.example")

    def killed(*told: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(acknowledgements, "end", killed)
        with pytest.raises(KeyboardInterrupt):
            drained(house)
    assert len(sent(office)) == 1
    assert acknowledge(house) == Acknowledged(sent=1)
    assert len(sent(office)) == 1
    # And one whose server broke off before it answered waits, and is asked for.
    comes(office, 2, "vera@lada.example")
    sync(house, "mail")
    settle(house)
    server.answers_left = 3
    assert acknowledge(house) == Acknowledged(waiting=1)
    server.answers_left = None
    assert acknowledge(house) == Acknowledged(sent=1)
    assert len(sent(office)) == 2


def test_what_cannot_arrive_or_is_too_old_is_given_up(house: House, office: Office) -> None:
    office.unknown = {"anna@vega.example"}
    comes(office, 1, "anna@vega.example")
    assert drained(house) == Acknowledged(given_up=1)
    comes(office, 2, "vera@lada.example")
    sync(house, "mail")
    settle(house)
    late = datetime.now(UTC) + timedelta(hours=30)
    assert acknowledge(house, late) == Acknowledged()
    with leases.held(house.store, "acknowledge", "another"), pytest.raises(Conflict):
        acknowledge(house)
