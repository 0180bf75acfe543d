"""`kanon find`: what is like a new counterparty, in a table and for scripts."""

from __future__ import annotations

import json

from tests.cli.conftest import Kanon
from tests.flows.site import Site
from tests.flows.test_flows_similar import typed, well_known


def test_a_company_typed_without_its_numbers_is_shown_with_the_reason(
    at_home: Site, kanon: Kanon
) -> None:
    known = well_known(at_home)
    given = typed(known)
    asked = ["find", given["name"], "--phone", given["phones"], "--email", given["emails"]]
    shown = kanon(*asked)
    assert shown.code == 0
    assert known["golden_id"] in shown.out
    told = json.loads(kanon(*asked, "--json").out)
    first = told["similar"][0]
    assert (told["verdict"], first["id"], first["zone"]) == ("new", known["golden_id"], "auto")
    assert first["why"].endswith(".")
    assert {step["field"] for step in first["evidence"]} >= {"name", "phone", "email"}
