"""Messages of every channel as one entity: threads, defaults, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from mappings.compile import CompiledMapping
from mappings.load import read_mapping
from schemas.errors import RecordRejected

LETTERS = """
stream: letters
target: message
version: 1
fields:
  channel: {default: email}
  direction: direction
  nature: nature
  thread: conversation
  message_id: {from: message_id, via: [strip, lower]}
  reply_to: in_reply_to
  references: {from: references, via: [lines]}
  sent_at: {from: sent, via: [timestamp]}
  sender_email: {from: sender, via: [email], invalid: drop}
  recipients: {from: to, via: [lines]}
  body: {from: text, via: [paragraphs]}
"""
MAPPING = read_mapping(LETTERS, "test.yaml")


def message(by: CompiledMapping = MAPPING, **record: Any) -> dict[str, Any]:
    told = by.apply_one({"_key": "k", "sent": "2026-11-20T10:00:00Z", **record})
    assert isinstance(told, dict), told
    return told


def test_a_letter_that_tells_little_is_still_a_message() -> None:
    told = message(text="Добрый день!\r\n\r\n\r\nНужна  труба.")
    assert (told["message_id"], told["thread"]) == ("k", "k")
    assert (told["channel"], told["direction"], told["nature"]) == ("email", "inbound", "message")
    assert told["body"] == "Добрый день!\n\nНужна труба."
    assert told["recipients"] == []


@pytest.mark.parametrize(
    ("record", "thread"),
    [
        ({"conversation": "c", "references": "a\nb", "in_reply_to": "b"}, "c"),
        ({"references": "a\nb", "in_reply_to": "b", "message_id": "m"}, "a"),
        ({"in_reply_to": "b", "message_id": "m"}, "b"),
        ({"message_id": "M "}, "m"),
    ],
)
def test_a_thread_is_named_by_its_first_letter(record: dict[str, Any], thread: str) -> None:
    assert message(**record)["thread"] == thread


def test_a_message_of_no_known_time_is_refused_and_one_of_a_strange_kind_noted() -> None:
    refused = MAPPING.apply_one({"_key": "k", "text": "?"})
    assert isinstance(refused, RecordRejected)
    assert refused.reason == "sent_missing"
    told = message(nature="newsletter", sender="никто")
    assert told["nature"] == "message"
    assert told["issues"] == ["nature:unknown_value", "sender_email:email_invalid"]


def test_a_long_letter_is_kept_whole() -> None:
    assert message(text="слово " * 50_000)["body"].count("слово") == 50_000
