"""Deciding on the command line: seen before, done, listed, taken back; what is refused and how."""

from __future__ import annotations

import json
from typing import Any

from store import canonical, identity
from tests.cli.conftest import Kanon
from tests.flows.site import Site


def _companies(site: Site) -> list[tuple[str, str, str | None]]:
    """(golden id, ref, INN) of companies with one record, those without an INN first."""
    with site.store.read() as reader:
        links = identity.links(reader, "party")
        parties = canonical.load(reader, "party", ["connection", "stream", "key", "inn"])
    found = links.join(parties, on=["connection", "stream", "key"]).sort("golden_id")
    alone = found.filter(found["golden_id"].is_unique())
    rows = [
        (r["golden_id"], f"{r['connection']}/{r['stream']}/{r['key']}", r["inn"])
        for r in alone.to_dicts()
    ]
    return sorted(rows, key=lambda row: (row[2] is not None, row[0]))


def _object(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_merge_is_previewed_done_listed_and_withdrawn(kanon: Kanon, at_home: Site) -> None:
    rows = _companies(at_home)
    (one, _, _), (other, ref, _) = rows[-1], rows[0]
    assert rows[0][2] is None, "a company without an INN is needed"
    seen = _object(kanon("merge", one, other, "--preview", "--json").out)
    assert {row["id"] for row in seen["merged"]} < {one, other}
    assert kanon("decisions", "--json").out == ""
    done = kanon("merge", one, other, "--reason", "звонил клиент")
    assert done.code == 0
    assert "kanon withdraw 1" in done.out
    (told,) = [_object(line) for line in kanon("decisions", "--json").out.splitlines()]
    assert (told["verdict"], told["reason"]) == ("same", "звонил клиент")
    assert ref in {*told["left"], *told["right"]}
    assert "звонил клиент" in kanon("decisions", one).out
    with at_home.store.read() as reader:
        assert identity.resolve(reader, other) == identity.resolve(reader, one)
    assert "Так уже решено" in kanon("merge", one, other).out
    assert kanon("withdraw", "1", "--preview").code == 0
    assert "Отозвано решений: 1" in kanon("withdraw", "1").out
    assert "Уже отозвано" in kanon("withdraw", "1").out
    with at_home.store.read() as reader:
        assert identity.resolve(reader, other) == other
        assert identity.resolve(reader, one) == one


def test_refusals_leave_with_their_code_and_say_the_cure(kanon: Kanon, at_home: Site) -> None:
    (one, _, inn), (other, _, number) = _companies(at_home)[-2:]
    refused = kanon("merge", one, other)
    assert refused.code == 7
    assert str(inn) in refused.err
    assert str(number) in refused.err
    assert kanon("merge", one, "nobody").code == 2
    assert kanon("withdraw").code == 2
    assert kanon("withdraw", "--batch", "none").code == 2
    assert kanon("split", one, "--record", "erp/x/1").code == 2


def test_split_and_different_speak_json(kanon: Kanon, at_home: Site) -> None:
    with at_home.store.read() as reader:
        links = identity.links(reader, "party")
    company = links.filter(links["golden_id"].is_duplicated()).sort("golden_id").head(1)
    ref = "/".join(company.select("connection", "stream", "key").row(0))
    golden_id = company["golden_id"][0]
    seen = _object(kanon("split", golden_id, "--record", ref, "--preview", "--json").out)
    assert [row["ref"] for row in seen["records"]] == [ref]
    (_, left, _), (_, right, _) = _companies(at_home)[:2]
    said = _object(kanon("different", left, right, "--json").out)
    assert said == {"decisions": [1], "written": 1}
