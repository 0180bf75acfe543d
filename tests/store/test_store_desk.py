"""What people keep at hand, on both engines: drafts, background work, saved lists, how pages look."""

from __future__ import annotations

from store import Store, account_views, field_history, golden, jobs, rule_drafts, saved_lists
from tests.support.records import golden_records


def test_drafts_are_settled_once(store: Store) -> None:
    with store.write() as writer:
        one = rule_drafts.add(writer, "3", "{}", "anna", None)
        two = rule_drafts.add(writer, "4", "{}", "anna", "why")
        assert [d.id for d in rule_drafts.waiting(writer)] == [two, one]
        assert rule_drafts.settle(writer, one, rule_drafts.ACTIVATED, "boris")
        assert not rule_drafts.settle(writer, one, rule_drafts.DROPPED, "vera")
    with store.read() as reader:
        held = rule_drafts.named(reader, "3")
        assert held is not None
        assert (held.state, held.settled_by) == ("activated", "boris")
        assert rule_drafts.of(reader, 99) is None


def test_background_work_is_found_by_what_it_is_about(store: Store) -> None:
    with store.write() as writer:
        first = jobs.start(writer, "rules", "1", "anna")
        jobs.finish(writer, first, {"golden": 2})
        second = jobs.start(writer, "rules", "1", "anna")
        jobs.alive(writer, second)
    with store.read() as reader:
        last, known = jobs.last(reader, "rules", "1"), jobs.of(reader, first)
        assert last is not None
        assert known is not None
        assert (last.id, last.state) == (second, jobs.RUNNING)
        assert (known.state, known.result) == (jobs.DONE, {"golden": 2})
        assert jobs.last(reader, "rules", "2") is None


def test_lists_and_looks_are_kept(store: Store) -> None:
    with store.write() as writer:
        own = saved_lists.save(writer, "/parties", "мой", "q=a", "anna", shared=False)
        common = saved_lists.save(writer, "/parties", "общий", "q=b", "anna", shared=True)
        assert saved_lists.save(writer, "/parties", "мой", "q=c", "anna", shared=False) == own
        account_views.keep(writer, 1, "ru")
        account_views.keep(writer, 1, "en")
    with store.write() as writer:
        assert [one.name for one in saved_lists.known(writer, "/parties", "boris")] == ["общий"]
        assert saved_lists.known(writer, "/parties", "anna")[0].query == "q=c"
        assert saved_lists.drop(writer, common, "boris") == 0
        assert saved_lists.drop(writer, common, "anna") == 1
        assert account_views.kept(writer, 1) == "en"
        assert account_views.kept(writer, 2) is None


def test_what_stood_in_a_field_before_is_kept_by_version(store: Store) -> None:
    first = {"id": "1", "name": "ООО Вега", "inn": "7707083893", "status": "active"}
    for told in (first, first, {**first, "name": "ООО Вега-2", "inn": None}):
        with store.write() as writer:
            golden.save(writer, "legal_entity", golden_records("legal_entity", [told]))
    with store.write() as writer:
        golden.save(writer, "legal_entity", golden_records("legal_entity", []), whole=True)
    with store.read() as reader:
        rows = field_history.of(reader, "1")
        told_of = [(row["version"], row["field"], row["before"], row["after"]) for row in rows]
        assert told_of == [
            (3, "state", "active", "retired"),
            (2, "inn", "7707083893", None),
            (2, "name", "ООО Вега", "ООО Вега-2"),
        ]
        assert field_history.of(reader, "2") == []
