"""Answers of real Exchange servers and real letters of many programs: all of them are read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

import exchangelib.services
import pytest
from exchangelib.errors import EWSError, SOAPError

from connectors.exchange import ExchangeSettings
from connectors.exchange.rows import key_of
from connectors.exchange.wire import opened
from connectors.registry import validated
from mappings.letters import parsed
from mappings.letters.pages import text_of_page
from mappings.letters.quoting import parts_of
from mappings.letters.tnef import unpacked
from tests.samples.real_house import SAMPLES, need_samples

pytestmark = need_samples
MAIL = SAMPLES / "exchange" / "mail"
_BODY = re.compile(r"^< (<\?xml.*)$", re.MULTILINE)
_NAME = re.compile(r"<m:(\w+)Response[ >]")
BOX = "zakaz@kanon.example"


def recorded() -> Iterator[tuple[str, str, str]]:
    """(file, operation, answer) of everything recorded."""
    folder = SAMPLES / "exchange"
    for file in sorted(folder.glob("php-ews/*.json")):
        for one in json.loads(file.read_text(encoding="utf-8")):
            if found := _NAME.search(one.get("body") or ""):
                yield file.name, found.group(1), one["body"]
    for file in sorted(folder.glob("evolution*/*.trace")):
        for body in _BODY.findall(file.read_text(encoding="utf-8")):
            found = _NAME.search(body)
            # A request refused as a whole names no operation: all these create folders.
            yield file.name, found.group(1) if found else "CreateFolder", body


def service(name: str) -> Any:
    told = {
        "url": "https://mail.example/EWS/Exchange.asmx",
        "mailboxes": [BOX],
        "user": "k",
        "auth": "basic",
    }
    with opened(validated(ExchangeSettings, "mail", told), BOX) as box:
        return getattr(exchangelib.services, name)(account=box.account)


def test_every_recorded_answer_is_understood_by_the_library_that_reads() -> None:
    told: dict[str, int] = {}
    for file, name, body in recorded():
        asked = service(name)
        try:
            _, soap = asked._get_soap_parts(
                response=exchangelib.util.DummyResponse(content=body.encode())
            )
            elements = list(
                asked._get_elements_in_response(response=asked._get_soap_messages(body=soap))
            )
            assert elements is not None, file
        except SOAPError:
            raise
        except EWSError:
            # A refusal that the recording is about, by a code the library knows.
            told["refused"] = told.get("refused", 0) + 1
        told[name] = told.get(name, 0) + 1
    assert told["SyncFolderItems"] == 2
    assert told["FindFolder"] > 20
    assert told["GetItem"] > 2
    assert told["refused"] > 2


def test_recorded_changes_and_items_have_keys_whatever_they_are() -> None:
    kinds, keys = [], []
    for _, name, body in recorded():
        if name == "SyncFolderItems":
            kinds += [kind for kind, _ in service(name).parse(body.encode())]
        if name == "GetItem":
            keys += [
                key_of(one, BOX)
                for one in service(name).parse(body.encode())
                if hasattr(one, "message_id")
            ]
    assert set(kinds) <= {"create", "update", "delete", "read_flag_change"}
    assert kinds
    assert all(key.startswith(f"{BOX}|") and len(key) > 20 for key in keys)


@pytest.mark.parametrize(
    ("name", "nature", "at", "says"),
    [
        ("flanker_bounce_mailbox-full.eml", "bounce", datetime(2011, 7, 29, 8, 8, 56, tzinfo=UTC), "*** ATTENTION"),
        ("flanker_bounce_office365.eml", "bounce", datetime(2017, 10, 13, 11, 10, 16, tzinfo=UTC), "["),
        ("flanker_enclosed-bad-encoding.eml", "message", datetime(2012, 6, 30, 13, 5, 55, tzinfo=UTC), "Hello"),
        ("flanker_from-encoding.eml", "broadcast", datetime(1997, 7, 12, 20, 11, 13, tzinfo=UTC), "Isn't that"),
        ("flanker_no-ctype.eml", "message", datetime(2011, 12, 29, 10, 6, 53, tzinfo=UTC), "Hello,\nI'm just"),
        ("flanker_russian-attachment-yahoo.eml", "message", datetime(2012, 6, 29, 12, 6, 37, tzinfo=UTC), "Hello"),
        ("flanker_spam_broken-headers.eml", "message", datetime(2012, 7, 13, 14, 6, 52, tzinfo=UTC), "Do you"),
        ("mikel_raw_email_bad_time.eml", "message", datetime(2008, 6, 9, 19, 24, 2, tzinfo=UTC), "Filter2"),
        ("mimekit_ukr.eml", "message", datetime(2017, 11, 13, 8, 1, 13, tzinfo=UTC), "шостий"),
        ("talon_standard_replies_outlook.eml", "message", None, "Hello"),
    ],
)  # fmt: skip
def test_real_letters_are_told(name: str, nature: str, at: datetime | None, says: str) -> None:
    letter = parsed((MAIL / name).read_bytes())
    assert (letter.nature, letter.sent_at) == (nature, at)
    assert letter.own.startswith(says)
    for text in (
        letter.own,
        letter.subject,
        letter.sender_name,
        *(one.name for one in letter.attachments),
    ):
        assert "\ufffd" not in text
        text.encode()


def test_names_and_files_in_old_encodings_are_words() -> None:
    files = parsed((MAIL / "flanker_russian-attachment-yahoo.eml").read_bytes()).attachments
    assert files[0].name.startswith("Картинка с очень, очень длинным")
    assert parsed((MAIL / "mikel_raw_email_bad_time.eml").read_bytes()).sender_name == "Атиковa"


def test_what_a_real_outlook_packed_is_read() -> None:
    raw = (MAIL / "mimekit_ukr.eml").read_bytes()
    letter = parsed(raw)
    assert (letter.doubts, letter.attachments) == ((), ())
    [part] = [one for one in message_from_bytes(raw).walk() if one.get_filename()]
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    found = unpacked(content)
    assert found is not None
    assert found.text.split() == ["шостий", "{EMAILSIGNATURE}", "RR", "Test", "1"]


@pytest.mark.parametrize(
    "page", sorted(MAIL.glob("*.html")) if MAIL.is_dir() else [], ids=lambda p: p.name
)
def test_replies_written_as_pages_are_cut_where_the_quotation_begins(page: Path) -> None:
    parts = parts_of(text_of_page(page.read_text(encoding="utf-8")))
    assert (parts.own, parts.signature) == ("Hi. I am fine.", "Thanks,\nAlex")
    assert "Hello! How are you?" in parts.quoted


def test_no_sample_is_left_out() -> None:
    known = {*(file for file, _, _ in recorded())}
    folder = SAMPLES / "exchange"
    assert {
        one.name for one in folder.glob("*/*") if one.suffix in {".json", ".trace"}
    } - known == {
        "API_ExchangeAutodiscoverTest.testGetAPI.json"  # Autodiscover, which is not asked
    }
