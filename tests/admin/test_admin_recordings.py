"""Recordings of calls: found in their folder and nowhere else, heard in parts by those who may, and noted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import polars as pl
import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from starlette.testclient import TestClient

from admin.wiring import site_of
from config.telephony import Recordings, Telephony
from flows.calls.recordings import file_of
from schemas.calls import call_columns
from store import Store, calls
from store.tables import journal
from tests.support.house import house_over

SOUND = bytes(range(256)) * 4
AT = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)


def told(recording: str | None, **more: Any) -> dict[str, Any]:
    return {
        "connection": "switch",
        "recording": recording,
        "linked": "1.7",
        "started_at": AT,
        **more,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "monitor"
    (inside / "2026" / "11" / "21").mkdir(parents=True)
    for name in ("talk.wav", "old.WAV", "2026/11/21/1.7.wav"):
        (inside / name).write_bytes(SOUND)
    (tmp_path / "secret.wav").write_bytes(b"secret")
    (inside / "link.wav").symlink_to(tmp_path / "secret.wav")
    return inside


def rules(folder: Path, path: str = "{recording}") -> Telephony:
    return Telephony(recordings={"switch": Recordings(folder=folder, path=path)})


def test_a_recording_is_found_by_its_name_or_by_the_template(folder: Path) -> None:
    assert file_of(rules(folder), told("talk.wav")) == folder / "talk.wav"
    assert file_of(rules(folder), told(str(folder / "talk.wav"))) == folder / "talk.wav"
    assert file_of(rules(folder), told("old.wav49")) == folder / "old.WAV"
    # Half past one of the next day in Moscow.
    dated = rules(folder, "{started:%Y/%m/%d}/{linked}.wav")
    assert file_of(dated, told(None)) == folder / "2026/11/21/1.7.wav"


@pytest.mark.parametrize(
    "hostile",
    ["../secret.wav", "2026/../../secret.wav", "/etc/passwd", "link.wav", "talk.wav\0.txt", "x" * 5000, "", ".", "2026"],
)  # fmt: skip
def test_a_name_that_leads_out_of_the_folder_names_nothing(folder: Path, hostile: str) -> None:
    assert file_of(rules(folder), told(hostile)) is None
    assert file_of(rules(folder, "{linked}"), told(None, linked=hostile)) is None
    assert file_of(Telephony(), told("talk.wav")) is None


def test_a_template_names_only_what_a_call_has() -> None:
    for path in ("{secret}", "{recording.__class__}x{0}", "{"):
        with pytest.raises(ValidationError, match="may name"):
            Recordings(folder=Path("/x"), path=path)


@pytest.fixture
def site(store: Store, tmp_path: Path, folder: Path) -> Iterator[TestClient]:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "telephony.yaml").write_text(
        f"recordings:\n  switch: {{folder: {folder}}}\n", encoding="utf-8"
    )
    usual = {
        "connection": "switch", "direction": "inbound", "number": "8916", "phone": "+79160000001",
        "answered": True, "started_at": AT, "answered_at": AT, "ended_at": AT, "wait_s": 5,
        "talk_s": 60, "legs": 1,
    }  # fmt: skip
    names = {"good": "talk.wav", "gone": "gone.wav", "out": "../secret.wav", "none": None}
    kinds = call_columns()
    rows = [
        {n: ({**usual, "id": key, "linked": key, "recording": name}).get(n) for n in kinds}
        for key, name in names.items()
    ]
    with store.write() as writer:
        calls.save(writer, pl.DataFrame(rows, schema=kinds))
    house = house_over(store, tmp_path)
    yield TestClient(site_of(house), base_url="http://127.0.0.1", client=("127.0.0.1", 5000))
    house.close()


def test_a_call_s_page_plays_its_recording_and_says_when_there_is_none(site: TestClient) -> None:
    page = site.get("/calls/good").text
    assert 'href="/calls/good/recording"' in page
    for call, said in (
        ("gone", "перенесли или удалили"),
        ("out", "перенесли"),
        ("none", "не сообщила о записи"),
    ):
        text = site.get(f"/calls/{call}").text
        assert said in text
        assert "/recording" not in text
        assert site.get(f"/calls/{call}/recording").status_code == 404
    assert site.get("/calls/nothing").status_code == 404


def test_a_recording_is_served_in_ranges_and_each_listening_is_noted_once(
    site: TestClient, store: Store
) -> None:
    whole = site.get("/calls/good/recording")
    assert whole.content == SOUND
    assert whole.headers["content-type"].startswith("audio/")
    first = site.get("/calls/good/recording", headers={"Range": "bytes=0-9"})
    later = site.get("/calls/good/recording", headers={"Range": "bytes=1000-"})
    assert (first.status_code, first.content) == (206, SOUND[:10])
    assert (later.status_code, later.content) == (206, SOUND[1000:])
    assert later.headers["content-range"] == "bytes 1000-1023/1024"
    cast("FastAPI", site.app).state.site.noted()
    with store.read() as reader:
        noted = reader.rows(journal.select().where(journal.c.act == "listened"))
    assert [row.object_id for row in noted] == ["good", "good"]
