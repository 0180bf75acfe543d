"""A model of topics is learned from what people said: only of enough, the same of the same, only where words fail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pytest
import yaml

from config.enquiries import Enquiries, Learning, shipped_enquiries
from flows.enquiries.decide import decide
from flows.enquiries.learned import learned, with_model
from flows.enquiries.model import MODEL, judged, trained
from flows.enquiries.stage import again
from flows.enquiries.topics import with_topics
from flows.house import House
from flows.sync import settle
from store import Store, canonical, enquiries
from tests.support.house import house_over
from tests.support.messages import canonical_messages, message

RULES = shipped_enquiries().model_copy(
    update={"learning": Learning(least=20, each=4, again=2, sure=0.5)}
)
NAMES = [topic.name for topic in RULES.topics]
# Words the rules do not know, so that only what people said can tell.
SAID = ("ландыши", "фиалками", "ромашек", "тюльпан", "пионы")


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Iterator[House]:
    own = RULES.model_dump(mode="json", exclude={"working_time"})
    (tmp_path / "config").mkdir(exist_ok=True)
    (tmp_path / "config" / "enquiries.yaml").write_text(yaml.safe_dump(own), encoding="utf-8")
    opened = house_over(store, tmp_path)
    with store.write() as writer:
        canonical.save(writer, "message", canonical_messages([asked(n) for n in range(40)]))
    settle(opened)
    yield opened
    opened.close()


def asked(n: int, **told: object) -> dict[str, object]:
    about = {"thread": f"t{n}", "body": f"Здравствуйте, {SAID[n % 5]} поутру {n}"}
    return message(n, n, **{**about, **told})


def say(house: House, numbers: Sequence[int]) -> None:
    """A person tells the topics of some enquiries: each its own flower."""
    with house.store.write() as writer:
        for n in numbers:
            anchor = ("telegram", f"t{n}", f"m{n:04d}")
            enquiries.decide(writer, anchor, "topic", NAMES[n % 5], author="anna")
    settle(house)


def told(house: House) -> dict[str, dict[str, object]]:
    with house.store.read() as reader:
        return {row["thread"]: row for row in enquiries.load(reader).to_dicts()}


def version(house: House, rules: Enquiries = RULES) -> str | None:
    with house.store.read() as reader:
        model = learned(reader, rules)
    return model.version if model else None


def test_of_too_little_nothing_is_learned(house: House) -> None:
    say(house, range(19))
    assert version(house) is None
    assert told(house)["t30"]["topic"] is None
    say(house, [19])
    assert version(house) is not None
    want = RULES.learning.model_copy(update={"each": 5})
    assert version(house, RULES.model_copy(update={"learning": want})) is None
    assert version(house, RULES.model_copy(update={"learning": None})) is None


def test_what_nobody_was_sure_of_is_told_by_the_model_and_says_why(house: House) -> None:
    say(house, range(20))
    found = told(house)
    for n in range(20, 40):
        one = found[f"t{n}"]
        assert (one["topic"], one["topic_by"]) == (NAMES[n % 5], MODEL)
        first, second, *_ = one["topic_why"]
        assert first == f"{MODEL}: {version(house)} (20)"
        assert second.startswith(f"{NAMES[n % 5]}: {SAID[n % 5]} +")
    assert found["t3"]["topic_by"] == "anna"
    settle(house)
    assert told(house) == found


def test_what_words_are_sure_of_outweighs_a_single_word_learned(house: House) -> None:
    say(house, range(20))
    sure = asked(50, body="Претензия: пришёл брак, недостача, рекламация. Ландыши")
    with house.store.write() as writer:
        canonical.save(writer, "message", canonical_messages([sure]))
    settle(house)
    one = told(house)["t50"]
    assert (one["topic"], one["topic_by"]) == ("claim", "words")


def test_it_is_learned_anew_after_so_many_more(house: House) -> None:
    say(house, range(20))
    before = version(house)
    say(house, [20])
    assert version(house) == before
    # An enquiry that was told by the model is told by the person who says otherwise, and learned from.
    assert decide(house, str(told(house)["t21"]["id"]), {"topic": "other"}, "boris")
    assert version(house) != before
    settle(house)
    assert told(house)["t21"]["topic_by"] == "boris"
    assert str(told(house)["t30"]["topic_why"][0]).startswith(f"{MODEL}: {version(house)}")


def test_portions_end_as_all_at_once(house: House) -> None:
    say(house, range(20))
    late = [asked(n) for n in range(60, 80)]
    with house.store.write() as writer:
        canonical.save(writer, "message", canonical_messages(late))
    settle(house)
    portions = told(house)
    with house.store.write() as writer:
        again(writer, RULES, list(portions))
    assert told(house) == portions


def test_equal_letters_make_equal_models_whatever_their_order() -> None:
    rows = [(f"{SAID[n % 5]} {n} поутру", NAMES[n % 5]) for n in range(30)]
    letters = pl.DataFrame(rows, schema=["text", "topic"], orient="row")
    asked_of = pl.DataFrame({"text": ["Ландышей бы", "пионами", "", "xyz"]})
    one = judged(asked_of, "text", trained(letters, NAMES))
    other = judged(asked_of, "text", trained(letters, NAMES))
    assert one.equals(other)
    assert one["topic"].to_list()[:2] == ["purchase", "other"]
    # Where nothing is known, no topic is likelier than the others.
    assert one["sure"].to_list()[2] == pytest.approx(0.2)


def test_words_and_the_model_tell_together_what_neither_is_sure_of() -> None:
    rows = [
        (f"{SAID[n % 5]} фура задержалась" if n % 5 == 2 else SAID[n % 5], NAMES[n % 5])
        for n in range(30)
    ]
    model = trained(pl.DataFrame(rows, schema=["text", "topic"], orient="row"), NAMES)
    frame = pl.DataFrame({"text": ["Сколько ещё нам ждать, фура задержалась?"]})
    worded = with_topics(frame, "text", RULES)
    assert worded["topic"].to_list() == [None]
    found = with_model(worded, "text", model, RULES)
    assert (found["topic"][0], found["topic_by"][0]) == (NAMES[2], MODEL)
    # A phrase of two words is a reason as a word is, and the rules' own words stand beside.
    whys = found["topic_why"][0].to_list()
    assert any(why.startswith(f"{NAMES[2]}: фура задержалась +") for why in whys)
    assert f"{NAMES[2]}: фура +1" in whys


def test_requisites_say_nothing_of_the_topic() -> None:
    rows = [(SAID[n % 5], NAMES[n % 5]) for n in range(30)]
    model = trained(pl.DataFrame(rows, schema=["text", "topic"], orient="row"), NAMES)
    both = pl.DataFrame({"text": ["пионы", "пионы\nПлательщик: ООО «Ландыши», ИНН 7707083893"]})
    told = judged(both, "text", model)
    assert told["sure"][0] == told["sure"][1]


def test_a_model_that_is_not_sure_leaves_it_to_a_person() -> None:
    rows = [(SAID[n % 5], NAMES[n % 5]) for n in range(30)]
    model = trained(pl.DataFrame(rows, schema=["text", "topic"], orient="row"), NAMES)
    frame = pl.DataFrame({"text": ["непонятно"]})
    found = with_model(with_topics(frame, "text", RULES), "text", model, RULES)
    assert found["topic"].to_list() == [None]
    assert found["topic_by"].to_list() == [None]
