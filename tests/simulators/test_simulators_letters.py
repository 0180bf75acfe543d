"""The corpus of labelled letters: the same for equal seeds, varied, and its halves apart."""

from __future__ import annotations

from collections import Counter

from mappings.letters import parsed
from simulators.exchange.corpus import HALVES, SENDERS, TOPICS, Corpus, templates
from simulators.world import World

WORLD = World(3, 120)


def test_a_letter_is_the_same_whenever_and_in_whatever_order_it_is_asked_for() -> None:
    one, other = Corpus(WORLD, "known"), Corpus(World(3, 120), "known")
    backwards = [other.real(number) for number in reversed(range(60))]
    assert [one.real(number) for number in range(60)] == backwards[::-1]
    assert Corpus(WORLD, "known", seed=2).real(0) != one.real(0)


def test_both_halves_have_templates_enough_of_each_topic_and_share_none() -> None:
    known, held_out = (templates(half) for half in HALVES)
    for topic in TOPICS:
        texts = [text for half in (known, held_out) for _, text in half[topic]]
        assert len(set(texts)) == len(texts) >= 50
    assert not {t for told in known.values() for _, t in told} & {
        t for told in held_out.values() for _, t in told
    }


def test_letters_are_of_all_topics_senders_and_traits() -> None:
    corpus = Corpus(WORLD, "held_out")
    letters = [corpus.real(number) for number in range(1000)]
    assert Counter(one.topic for one in letters) == dict.fromkeys(TOPICS, 200)
    assert {one.written_by for one in letters} == set(SENDERS)
    assert {trait for one in letters for trait in one.traits} == {
        "typos", "besides", "quoted", "forwarded", "below",
    }  # fmt: skip
    assert len({one.own for one in letters}) > 950


def test_a_letter_reads_as_what_was_written() -> None:
    corpus = Corpus(WORLD, "known")
    for number in range(200):
        real = corpus.real(number)
        read = parsed(real.raw)
        assert (read.message_id, read.subject) == (real.message_id, " ".join(real.subject.split()))
        if "below" in real.traits:
            # What was passed on without a word is read as the letter itself.
            assert read.own
            assert real.own.strip() in read.quoted
        else:
            assert read.own.strip() == real.own.strip()
        if real.written_by in ("own", "free", "agent"):
            assert read.told.inn == real.inn
