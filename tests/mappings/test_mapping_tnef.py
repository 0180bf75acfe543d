"""winmail.dat: what Outlook packed is unpacked, and what is broken stays the file it is."""

from __future__ import annotations

import hashlib
import json
import struct
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.functions.letters import _files
from mappings.letters import parsed
from mappings.letters.tnef import unpacked
from simulators.exchange.tnef import packed

PLAN = ("Чертёж насосной станции.dwg", "image/vnd.dwg", b"\x00dwg" * 40)
ACT = ("Акт № 7.pdf", "application/pdf", b"%PDF")


def letter(content: bytes, text: str = "Добрый день!") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "anna@vega.example", "Чертежи"
    mail["Date"] = "Mon, 12 Jan 2026 09:00:00 +0300"
    if text:
        mail.set_content(text)
    mail.add_attachment(content, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    return mail.as_bytes()


def test_files_packed_by_outlook_are_the_letters_own() -> None:
    told = parsed(letter(packed([PLAN, ACT], "другой текст")))
    assert [(one.name, one.kind, one.sha256) for one in told.attachments] == [
        (name, kind, hashlib.sha256(content).hexdigest()) for name, kind, content in (PLAN, ACT)
    ]
    assert (told.own, told.doubts) == ("Добрый день!", ())


@pytest.mark.parametrize(
    "content", [packed([], "Нужна труба"), packed([], page="<p>Нужна <b>труба</b></p>")]
)
def test_a_text_that_is_nowhere_else_is_read_where_outlook_packed_it(content: bytes) -> None:
    assert parsed(letter(content, "")).own == "Нужна труба"


def test_a_file_without_a_long_name_has_its_short_one_in_the_senders_code_page() -> None:
    whole = packed([PLAN])
    cut = whole[: whole.rindex(struct.pack("<BI", 2, 0x00069005))]
    found = unpacked(cut)
    assert found is not None
    assert [one.name for one in found.files] == ["Чертёж н~1"]


def test_what_was_cut_on_the_way_is_listed_as_it_came_with_the_reason() -> None:
    content = packed([PLAN])[:-30]
    told = parsed(letter(content))
    [file] = map(json.loads, _files(told))
    assert (file["name"], file["size"], file["trouble"]) == ("winmail.dat", len(content), "winmail")
    assert file["sha256"] == hashlib.sha256(content).hexdigest()
    assert (told.own, told.doubts) == ("Добрый день!", ("winmail",))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.floats(0, 1), st.integers(0, 20), st.booleans())
def test_no_bytes_are_too_broken(noise: bytes, place: float, skipped: int, kept: bool) -> None:
    whole = packed([PLAN, ACT], "текст", "<p>да</p>")
    at = int(len(whole) * place)
    for content in (whole[:6] + noise, whole[:at] + noise + whole[at + skipped * kept :]):
        told = parsed(letter(content))
        assert told.own == "Добрый день!"
        for one in told.attachments:
            one.name.encode()
        found = unpacked(content)
        assert (found is None) == ("winmail" in told.doubts)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80), st.sampled_from([0x00069003, 0x00069005]))
def test_properties_of_any_bytes_are_values_or_broken(data: bytes, name: int) -> None:
    """Sums that agree let garbage through to the properties."""
    head = struct.pack("<IH", 0x223E9F78, 1) + struct.pack("<BIIH", 2, 0x00069002, 0, 0)
    body = struct.pack("<BII", 1, name, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
    for content in (head + body, head[:6] + body):
        found = unpacked(content)
        assert found is None or all(len(one.content) <= len(data) for one in found.files)
