"""The journal's proof and its list, and webhooks sent without the server, on the command line."""

from __future__ import annotations

import json

import pytest

from flows import deliver
from flows.outward import Answered
from store import quarantine, webhooks
from store.tables import journal
from tests.cli.conftest import Kanon
from tests.flows.site import Site


def test_the_journal_is_proved_whole_or_the_first_wrong_entry_is_named(
    kanon: Kanon, at_home: Site
) -> None:
    kanon("user", "add", "anna")
    kanon("token", "add", "CRM")
    kanon("token", "revoke", "1")
    whole = kanon("journal", "check")
    assert (whole.code, "записей 4" in whole.out) == (0, True)
    told = [json.loads(line) for line in kanon("journal", "list", "--json").out.splitlines()]
    acts = ["token_revoked", "token_made", "link_made", "account_added"]
    assert [one["act"] for one in told] == acts
    assert len(kanon("journal", "list", "--act", "token_made", "--json").out.splitlines()) == 1
    with at_home.store.write() as writer:
        writer.execute(journal.update().where(journal.c.id == 3).values(who="nobody"))
    broken = kanon("journal", "check")
    assert broken.code == 1
    assert "запись 3" in broken.out


def test_a_replay_stands_in_the_journal_and_one_of_nothing_does_not(
    kanon: Kanon, at_home: Site
) -> None:
    kanon("replay", "--reason", "no_such_reason")
    assert "replayed" not in kanon("journal", "list", "--json").out
    with at_home.store.read() as reader:
        waiting = quarantine.page(reader, limit=1, state="open")["id"].to_list()
    assert waiting
    kanon("replay", str(waiting[0]))
    told = json.loads(kanon("journal", "list", "--act", "replayed", "--json").out)
    assert told["object_id"] == str(waiting[0])


def test_what_is_due_is_sent_once(
    kanon: Kanon, at_home: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Слать нечего" in kanon("deliver", "--once").out
    answers = [Answered(500), Answered(204)]
    monkeypatch.setattr(deliver, "post", lambda *_: answers.pop(0) if answers else Answered(200))
    with at_home.store.write() as writer:
        made = webhooks.add(
            writer, "x", "https://x.example/", deliver.new_secret(), "test", None, 0
        )
    refused = kanon("deliver", "--once")
    assert (refused.code, "ответил 500" in refused.out) == (1, True)
    assert "Слать нечего" in kanon("deliver", "--once").out
    with at_home.store.write() as writer:
        webhooks.resume(writer, made.id)
    assert kanon("deliver", "--once").code == 0
    with at_home.store.read() as reader:
        assert webhooks.due(reader) == []
