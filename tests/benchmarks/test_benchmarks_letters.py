"""Topics of letters by templates that chose no word: bounds below what was measured, and figures that can fail."""

from __future__ import annotations

import polars as pl
import pytest

from benchmarks.letter_figures import attached, topics_told
from benchmarks.letters import learned_of, read
from config.enquiries import shipped_enquiries
from flows.enquiries.learned import with_model
from flows.enquiries.topics import with_topics
from simulators.exchange.corpus import Corpus
from simulators.world import World

WORLD = World(7, 200)


def test_words_and_a_model_tell_most_letters_they_were_not_made_by() -> None:
    rules = shipped_enquiries()
    worded = with_topics(read(Corpus(WORLD, "held_out"), 500), "text", rules)
    words = topics_told(worded)
    model = learned_of(read(Corpus(WORLD, "known"), 1000), rules)
    both = topics_told(with_model(worded, "text", model, rules))
    assert words.right_of_told() > 0.8
    assert both.macro_f1() > 0.9 > words.macro_f1()
    assert both.unsure() < 0.1 < words.unsure()


def test_figures_are_of_what_was_told() -> None:
    rows = [("claim", "claim"), ("claim", "other"), (None, "claim"), ("other", "other")]
    told = topics_told(pl.DataFrame(rows, schema=["topic", "label"], orient="row"))
    assert (told.precision("claim"), told.recall("claim")) == (0.5, 0.5)
    assert (told.precision("other"), told.recall("other")) == (1.0, 0.5)
    assert told.unsure() == 0.25
    assert told.right_of_told() == pytest.approx(2 / 3)
    assert told.macro_f1() == pytest.approx((0.5 + 2 / 3) / 5)


def test_a_wrong_counterparty_costs_precision_and_none_costs_recall() -> None:
    samples = [Corpus(WORLD, "known").real(number) for number in range(4)]
    found = {one.message_id: one.inn for one in samples[:2]} | {samples[2].message_id: "wrong"}
    assert attached(samples, found) == (pytest.approx(2 / 3), 0.5)
