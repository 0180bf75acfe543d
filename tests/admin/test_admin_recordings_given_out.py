"""Recordings that a server gives out: passed on by ranges, from one address only, and its faults told."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

import polars as pl
import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from admin.wiring import site_of
from config.telephony import Recordings, Telephony
from flows.calls.given_out import opened, state_of
from flows.calls.recordings import address_of
from schemas.calls import call_columns
from schemas.errors import Retryable
from store import Store, calls
from store.tables import journal
from tests.admin.test_admin_recordings import AT, told
from tests.support.house import house_over

if TYPE_CHECKING:
    from fastapi import FastAPI

SOUND = bytes(range(256)) * 4


class Server(BaseHTTPRequestHandler):
    """Gives out one sound; some names fail, some send elsewhere, one takes its time."""

    asked: ClassVar[list[str]] = []

    def do_HEAD(self) -> None:
        if "nohead" in self.path:
            self.send_error(405)
            return
        self._answer(sends=False)

    def do_GET(self) -> None:
        self._answer(sends=True)

    def _answer(self, *, sends: bool) -> None:
        Server.asked.append(f"{self.command} {self.path}")
        if "slow" in self.path:
            time.sleep(5)
        if "broken" in self.path:
            self.send_error(500)
        elif "elsewhere" in self.path:
            self.send_response(302)
            self.send_header("Location", "/records/talk.wav")
            self.end_headers()
        elif not self.path.startswith("/records/") or "gone" in self.path:
            self.send_error(404)
        else:
            self._sound(sends=sends)

    def _sound(self, *, sends: bool) -> None:
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        first, last = 0, len(SOUND) - 1
        if found:
            first, last = int(found[1]), int(found[2] or last)
        self.send_response(206 if found else 200)
        self.send_header("Content-Type", "audio/x-wav")
        self.send_header("Content-Length", str(last - first + 1))
        self.send_header("Set-Cookie", "secret=1")
        if found:
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(SOUND)}")
        self.end_headers()
        if sends:
            self.wfile.write(SOUND[first : last + 1])

    def log_message(self, *_: object) -> None:
        """Tests are silent."""


@pytest.fixture
def base() -> Iterator[str]:
    Server.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/records"
    server.shutdown()


def rules(base: str, path: str = "{recording}") -> Telephony:
    return Telephony(recordings={"switch": Recordings(address=base, path=path)})


def test_an_address_lies_under_the_configured_one_whatever_the_switch_wrote(base: str) -> None:
    kept = rules(base)
    assert address_of(kept, told("2026/talk.wav")) == f"{base}/2026/talk.wav"
    assert address_of(kept, told(f"{base}/talk.wav")) == f"{base}/talk.wav"
    assert address_of(kept, told("a?b#c%2e.wav")) == f"{base}/a%3Fb%23c%252e.wav"
    assert address_of(kept, told("http://evil.example/x.wav")) is None
    for hostile in (
        "../x",
        "a/../../x",
        "/etc/passwd",
        "//evil.example/x",
        "a\\b",
        "a\nb",
        "",
        "x" * 5000,
    ):
        assert address_of(kept, told(hostile)) is None
    assert address_of(Telephony(), told("talk.wav")) is None


@pytest.mark.parametrize(
    "wrong",
    [{}, {"address": "ftp://h/x"}, {"address": "http://u:p@h/"}, {"address": "http://h/?a=1"},
     {"address": "http://h/", "folder": "/x"}],
)  # fmt: skip
def test_settings_name_one_place_without_a_password_in_it(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Recordings.model_validate(wrong)


def test_a_recording_is_there_gone_or_not_known(base: str) -> None:
    states = {name: state_of(f"{base}/{name}.wav") for name in ("talk", "nohead", "gone", "broken")}
    assert states == {"talk": "there", "nohead": "there", "gone": "gone", "broken": "away"}
    assert state_of(f"{base}/elsewhere.wav") == "away"
    assert state_of("http://127.0.0.1:1/x") == "away"
    begun = time.monotonic()
    assert state_of(f"{base}/slow.wav") == "away"
    assert time.monotonic() - begun < 4.5


def test_nothing_is_followed_to_where_a_server_sends_us(base: str) -> None:
    with pytest.raises(Retryable):
        opened(f"{base}/elsewhere.wav", None)
    assert Server.asked == ["GET /records/elsewhere.wav"]


@pytest.fixture
def site(store: Store, tmp_path: Path, base: str) -> Iterator[TestClient]:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "telephony.yaml").write_text(
        f"recordings:\n  switch: {{address: {base}}}\n", encoding="utf-8"
    )
    usual = {
        "connection": "switch", "direction": "inbound", "number": "8916", "phone": "+79160000001",
        "answered": True, "started_at": AT, "answered_at": AT, "ended_at": AT, "wait_s": 5,
        "talk_s": 60, "legs": 1,
    }  # fmt: skip
    kinds = call_columns()
    rows = [
        {n: ({**usual, "id": key, "linked": key, "recording": f"{key}.wav"}).get(n) for n in kinds}
        for key in ("talk", "gone", "broken", "elsewhere")
    ]
    with store.write() as writer:
        calls.save(writer, pl.DataFrame(rows, schema=kinds))
    house = house_over(store, tmp_path)
    yield TestClient(site_of(house), base_url="http://127.0.0.1", client=("127.0.0.1", 5000))
    house.close()


def test_a_page_says_whether_the_server_has_the_recording(site: TestClient) -> None:
    assert 'href="/calls/talk/recording"' in site.get("/calls/talk").text
    for call, said in (
        ("gone", "перенесли или удалили"),
        ("broken", "Сервер записей не отвечает"),
        ("elsewhere", "Сервер записей не отвечает"),
    ):
        page = site.get(f"/calls/{call}").text
        assert said in page
        assert "/recording" not in page


def test_ranges_are_passed_on_and_each_listening_is_noted_once(
    site: TestClient, store: Store
) -> None:
    whole = site.get("/calls/talk/recording")
    assert (whole.content, whole.headers["content-type"]) == (SOUND, "audio/x-wav")
    assert "set-cookie" not in whole.headers
    later = site.get("/calls/talk/recording", headers={"Range": "bytes=1000-"})
    assert (later.status_code, later.content) == (206, SOUND[1000:])
    assert later.headers["content-range"] == "bytes 1000-1023/1024"
    cast("FastAPI", site.app).state.site.noted()
    with store.read() as reader:
        noted = reader.rows(journal.select().where(journal.c.act == "listened"))
    assert [row.object_id for row in noted] == ["talk"]


def test_a_fault_of_the_server_is_a_sentence(site: TestClient) -> None:
    found = site.get("/calls/broken/recording", headers={"Accept": "text/html"})
    assert found.status_code >= 500
    assert "Сервер записей не отвечает" in found.text
    assert site.get("/calls/gone/recording").status_code == 404
