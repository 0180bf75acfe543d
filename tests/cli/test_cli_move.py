"""Commands that look and move: what they print, as tables and as JSON, and their exit codes."""

from __future__ import annotations

import json
import os
import socket
from datetime import timedelta
from typing import Any

import pytest

from admin.commands.demo_config import PASSWORD
from store import leases, quarantine
from tests.cli.conftest import Kanon
from tests.flows.site import COUNTERPARTIES, Site, versions
from tests.flows.trouble import BAD_INN, Flaky, break_line, edit_onec, living_counterparty


def lines(text: str) -> list[dict[str, Any]]:
    """The objects of an output of one JSON object a line."""
    found = [json.loads(line) for line in text.splitlines()]
    assert found
    return found


def test_a_dry_run_tells_what_would_change_and_writes_nothing(kanon: Kanon, at_home: Site) -> None:
    keys = at_home.world.change_onec(3)
    before, registered = versions(at_home.store), dict(at_home.world.onec.base.registered)
    files = sorted(at_home.store.landing.rglob("*"))
    known = kanon("runs", "--json").out
    answer = kanon("sync", "onec", COUNTERPARTIES, "--dry-run", "--json")
    assert answer.code == 0
    (line,) = lines(answer.out)
    assert line["changed"] == len(keys)
    assert (line["new"], line["refused"]) == (0, 0)
    assert line["equal"] > 10
    assert versions(at_home.store) == before
    assert sorted(at_home.store.landing.rglob("*")) == files
    assert at_home.world.onec.base.registered == registered
    assert kanon("runs", "--json").out == known, "a rehearsal is no run"


def test_a_sync_prints_balance_sheets_that_add_up(kanon: Kanon, at_home: Site) -> None:
    at_home.world.change_onec(2)
    answer = kanon("sync", "onec", "--json")
    assert answer.code == 0
    synced, settled = lines(answer.out)
    assert (synced["connection"], synced["state"]) == ("onec", "succeeded")
    assert (settled["flow"], settled["state"]) == ("settle", "succeeded")
    sheet = [*synced["balance"], *settled["balance"]]
    assert sum(c["value"] for c in synced["counts"] if c["name"] == "landed") == 2
    assert {line["difference"] for line in sheet} == {0}
    table = kanon("runs", str(synced["run"]))
    assert "сходится" in table.out
    assert COUNTERPARTIES in table.out


def test_runs_quarantine_discover_and_check_speak_json(kanon: Kanon, at_home: Site) -> None:
    edit_onec(at_home, living_counterparty(at_home)["Ref_Key"], ИНН=BAD_INN)
    assert kanon("refresh", "onec").code == 0
    assert {run["state"] for run in lines(kanon("runs", "--json").out)} == {"succeeded"}
    groups = lines(kanon("quarantine", "--json").out)
    assert "inn_checksum" in {group["reason"] for group in groups}
    rows = lines(kanon("quarantine", "--rows", "--json", "--connection", "onec").out)
    assert {row["connection"] for row in rows} == {"onec"}
    assert all(row["message_ru"] for row in rows)
    streams = lines(kanon("discover", "onec", "--json").out)
    assert COUNTERPARTIES in {stream["stream"] for stream in streams}
    assert all(probe["ok"] for probe in lines(kanon("check", "files", "--json").out))


def test_a_replay_that_is_refused_again_says_so(kanon: Kanon, at_home: Site) -> None:
    edit_onec(at_home, living_counterparty(at_home)["Ref_Key"], ИНН=BAD_INN)
    kanon("refresh", "onec")
    answer = kanon("replay", "--connection", "onec")
    assert answer.code == 1
    assert "снова отказ 1" in answer.out


def test_a_row_nobody_will_mend_is_discarded_with_a_note(kanon: Kanon, at_home: Site) -> None:
    edit_onec(at_home, living_counterparty(at_home)["Ref_Key"], ИНН=BAD_INN)
    kanon("refresh", "onec")
    rows = ("quarantine", "--rows", "--json", "--connection", "onec", "--reason", "inn_checksum")
    row, *others = lines(kanon(*rows).out)
    assert kanon("quarantine", "discard", str(row["id"])).code != 0, "without a note"
    answer = kanon("quarantine", "discard", str(row["id"]), "--note", "закрыта в 2019")
    assert answer.code == 0
    assert "Закрыто 1" in answer.out
    left = kanon(*rows).out
    assert [json.loads(line)["id"] for line in left.splitlines() if line.startswith("{")] == [
        other["id"] for other in others
    ]
    assert kanon("quarantine", "discard", str(row["id"]), "--note", "ещё раз").code == 1
    with at_home.store.read() as reader:
        kept = quarantine.get(reader, int(row["id"]))
    assert kept is not None
    assert kept.state == "discarded"
    assert "закрыта в 2019" in kept.message_ru


def test_a_mapping_preview_shows_source_functions_and_result(kanon: Kanon, at_home: Site) -> None:
    answer = kanon("mapping", "preview", f"onec.{COUNTERPARTIES}", "--limit", "2")
    assert answer.code == 0
    assert "ИНН=" in answer.out
    assert "party_kind_1c" in answer.out
    first, *_ = lines(
        kanon("mapping", "preview", f"onec.{COUNTERPARTIES}", "--limit", "2", "--json").out
    )
    assert first["ending"] in ("record", "rejected", "ignored")
    assert {"inn", "kpp", "name"} <= first["fields"].keys()


def test_a_preview_of_a_file_needs_no_source(kanon: Kanon, at_home: Site) -> None:
    rows = at_home.folder / "few.csv"
    cards = f"ООО «Пробное»,7707083893\nООО «Хромое»,{BAD_INN}\n"
    rows.write_text(f"Наименование,ИНН\n{cards}", "utf-8")
    answer = kanon("mapping", "preview", "files.counterparties", "--file", str(rows), "--json")
    good, lame = lines(answer.out)
    assert good["fields"]["inn"] == "7707083893"
    assert not lame["fields"]["inn"]


def test_an_unknown_connection_is_a_fault_of_configuration(kanon: Kanon, at_home: Site) -> None:
    answer = kanon("sync", "onek")
    assert answer.code == 2
    assert "onec" in answer.err


def test_a_stream_without_its_connection_is_a_fault_of_configuration(
    kanon: Kanon, at_home: Site
) -> None:
    assert kanon("mapping", "preview", "counterparties").code == 2


def test_a_source_that_is_down(
    kanon: Kanon, at_home: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_home.configure("ebs", retries=0)
    break_line(monkeypatch, "ebs", Flaky("parties", 0, times=1000))
    assert kanon("sync", "ebs").code == 3
    answer = kanon("refresh", "ebs", "files")
    assert answer.code == 1
    assert "✗ ebs" in answer.err
    assert "settle" in answer.out


def test_a_source_that_refuses_us(
    kanon: Kanon, at_home: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD, "not-the-secret-77")
    answer = kanon("sync", "onec")
    assert answer.code == 4
    assert "логин" in answer.err
    assert "not-the-secret-77" not in answer.out + answer.err
    assert kanon("check", "onec").code == 3


def test_a_batch_that_is_unusable(kanon: Kanon, at_home: Site) -> None:
    (at_home.world.commerceml / "import_zz.xml").write_text("<КоммерческаяИнформация>", "utf-8")
    assert kanon("sync", "commerceml").code == 5


def test_a_stream_gone_silent(kanon: Kanon, at_home: Site) -> None:
    settings = dict(at_home.house.connection("onec").settings)
    del settings["exchange"]
    at_home.configure("onec", settings=settings)
    at_home.world.onec.base.sets["Catalog_КонтактныеЛицаПартнеров"].clear()
    assert kanon("sync", "onec").code == 6


@pytest.mark.parametrize("asked", [("404",), ("9" * 20,), ("-1",), ("--limit", "0")])
def test_a_run_that_cannot_be_is_a_sentence(
    kanon: Kanon, at_home: Site, asked: tuple[str, ...]
) -> None:
    answer = kanon("runs", *asked)
    assert answer.code == 2
    assert "kanon runs" in answer.err


def test_a_connection_held_by_another_run(kanon: Kanon, at_home: Site) -> None:
    owner = f"{socket.gethostname()}/{os.getpid()}/0a"
    leases.acquire(at_home.store, "work:files", owner, timedelta(hours=1))
    answer = kanon("sync", "files")
    assert answer.code == 7
    assert owner in answer.err
