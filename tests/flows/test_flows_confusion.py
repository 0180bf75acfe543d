"""Topics by rules against topics by people: counted where they agree, where not, and where rules are not sure."""

from __future__ import annotations

import polars as pl

from config.enquiries import shipped_enquiries
from flows.enquiries.confusion import confusion

KINDS = dict.fromkeys(("subject", "opening", "topic", "topic_by"), pl.String())


def test_rules_and_people_are_set_against_each_other() -> None:
    rows = [
        ("Рекламация", "Пришёл брак", "claim", "anna"),
        (None, "Пришёл брак", "order_question", "anna"),
        (None, "Здравствуйте", "purchase", "boris"),
        (None, "Сколько стоит труба", "purchase", "words"),
        (None, "Добрый день", None, None),
        (None, "Нужна рекламация", "claim", "sender"),
    ]
    found = confusion(pl.DataFrame(rows, schema=KINDS, orient="row"), shipped_enquiries())
    assert (found.total, found.unsure, found.by_words, found.by_people) == (6, 1, 1, 3)
    assert found.agreed == 1
    assert found.cells == {
        ("claim", "claim"): 1, ("claim", "order_question"): 1, ("unsure", "purchase"): 1,
    }  # fmt: skip


def test_nothing_said_is_nothing_mixed_up() -> None:
    found = confusion(pl.DataFrame(schema=KINDS), shipped_enquiries())
    assert (found.total, found.by_people, found.cells) == (0, 0, {})
