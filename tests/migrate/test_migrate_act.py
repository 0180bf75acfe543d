"""The act: every row is accounted for, sums and checksums of both sides agree, two people sign."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.migrate.act import ACCEPTED, HANDED, make, sign
from flows.migrate.checksums import differing
from flows.migrate.run import run
from schemas.errors import ConfigError, Conflict, Unbalanced
from store import finding, journal, migrating
from store.engine import Store
from tests.migrate.houses import Night, night


@pytest.fixture
def done(sqlite_store: Store, crm: Path, tmp_path: Path) -> Iterator[Night]:
    """A migration that has ended; some rows of it are refused, some orphans wait."""
    made = night(sqlite_store, crm, tmp_path)
    made.change("UPDATE clients SET name = '', inn = '', ogrn = '' WHERE id = 5")
    made.change("UPDATE contacts SET client_id = 999999 WHERE id = 8")
    run(made.house, made.text, "anna")
    yield made
    made.house.close()


def test_an_act_accounts_for_every_row_and_finds_the_keys_that_differ(done: Night) -> None:
    lines = {line.table: line for line in make(done.house, 1)}
    clients, contacts = lines["clients"], lines["contacts"]
    assert (clients.holds, contacts.holds) == (True, True)
    assert clients.source == clients.fates["loaded"] + clients.fates["merged_into"] + 1
    assert clients.fates["quarantined"] == 1
    assert clients.fates["merged_into"] > 0
    assert (contacts.orphans, clients.orphans) == (1, 0)
    assert contacts.fates["waiting"] >= 1, "a person of a company that never came"
    both = clients.compared
    assert both is not None
    assert both.checksums[0] == both.checksums[1]
    assert (both.segments, both.differing) == (1, 0), "equal sides are told by one comparison"
    assert sum(period.rows[0] for period in both.periods) == clients.source
    done.change("UPDATE clients SET credit_limit = '1000000,50' WHERE id = 7")
    done.change("DELETE FROM clients WHERE id = 9")
    again = make(done.house, 1)[0]
    assert again.compared is not None
    assert (again.off, again.holds, again.compared.keys) == (-1, False, ("7", "9"))
    assert [p.holds for p in again.compared.periods].count(False) in (1, 2)
    with pytest.raises(Unbalanced, match="must not be signed"):
        sign(done.house.store, "legacy", HANDED, "anna")


def test_an_act_tells_what_each_step_of_cleaning_did(done: Night) -> None:
    done.change(
        "UPDATE clients SET name = '  ООО \"Тихая   гавань\" (не использовать)' WHERE id = 6"
    )
    run(done.house, done.text, "anna")
    clients = {line.table: line for line in make(done.house, 1)}["clients"]
    steps = json.loads(_act(done, 1))["cleaning"]
    told = next(one for one in steps if one["table"] == "clients")
    assert told["version"] == done.house.mapping("legacy", "clients").version
    (refused,) = [step for step in told["steps"] if step["kind"] == "refused"]
    accepted = sum(clients.fates[fate] for fate in ("loaded", "merged_into", "waiting"))
    assert (refused["code"], refused["touched"]) == ("name_missing", 1)
    assert (refused["rows_in"], refused["rows_out"]) == (clients.source, accepted)
    names = {step["code"]: step for step in told["steps"] if step["kind"] == "name"}
    assert names["brackets"]["touched"] >= 1
    assert [step["rows_in"] == step["rows_out"] for step in names.values()].count(False) == 0
    joined = told["steps"][-1]
    assert joined["kind"] == "joined"
    assert joined["touched"] == clients.fates["merged_into"]
    assert joined["rows_out"] == clients.fates["loaded"]


def _act(night: Night, number: int) -> str:
    with night.house.store.read() as reader:
        row = migrating.of_name(reader, str(number))
    assert row is not None
    return row.act or ""


def test_an_act_is_signed_by_two_people_each_in_the_journal(done: Night) -> None:
    with pytest.raises(ConfigError, match="no act yet"):
        sign(done.house.store, "legacy", HANDED, "anna")
    make(done.house, 1)
    sign(done.house.store, "legacy", HANDED, "anna")
    with pytest.raises(Conflict, match="another one"):
        sign(done.house.store, "legacy", ACCEPTED, "anna")
    with pytest.raises(Conflict, match="signed in this place"):
        sign(done.house.store, "legacy", HANDED, "boris")
    sign(done.house.store, "legacy", ACCEPTED, "boris")
    with done.house.store.read() as reader:
        signed = migrating.signatures(reader, 1)
        assert journal.check(reader).rows == 2
    assert [(one.place, one.author) for one in signed] == [(HANDED, "anna"), (ACCEPTED, "boris")]
    assert len({one.digest for one in signed}) == 1


def test_a_legacy_id_is_found(done: Night) -> None:
    with done.house.store.read() as reader:
        hits = finding.find(reader, "legacy/clients/7")
    assert hits.hits


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


_SIDE = st.dictionaries(st.integers(0, 40).map(str), st.integers(1, 3), max_size=25)


@given(_SIDE, _SIDE)
def test_bisecting_finds_exactly_the_keys_that_differ(
    left: dict[str, int], right: dict[str, int]
) -> None:
    def side(values: dict[str, int]) -> pl.DataFrame:
        # Differences of weak hashes cancel out in a sum; the hash of a row is not weak either.
        hashes = [_digest(f"{key}={value}") for key, value in values.items()]
        kinds = {"key": pl.String, "hash": pl.UInt64}
        return pl.DataFrame({"key": list(values), "hash": hashes}, schema=kinds)

    asked, found = differing(side(left), side(right))
    truth = {key for key in left.keys() | right.keys() if left.get(key) != right.get(key)}
    assert (set(found), len(found)) == (truth, len(truth))
    assert asked <= 1 + 2 * len(truth) * 7
