"""What people said of topics, learned: the model in force, made from the ledger of decisions whenever asked.

It follows from the decisions alone, so it needs no place of its own; it is learned anew after every so many
of them (`learning.again`), because enquiries nobody was sure of are then judged anew.
"""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from config.enquiries import Enquiries, Learning
from flows.enquiries.model import MODEL, Model, judged, trained, version_of
from flows.enquiries.topics import RULES
from store import enquiries
from store.engine import Reader

MOST = 5_000  # newest letters learned from
_ANCHOR = ["channel", "thread", "message_id"]
_LEARNED, _WHY, _SURE = "@learned", "@learned_why", "@learned_sure"


def learned(reader: Reader, rules: Enquiries) -> Model | None:
    """The model of what people said; None while they said too little."""
    if rules.learning is None:
        return None
    letters = _letters(reader, rules, rules.learning)
    return None if letters is None else _kept(_Letters(letters, _names(rules)))


def with_model(
    told: pl.DataFrame, text: str, model: Model | None, rules: Enquiries
) -> pl.DataFrame:
    """`told` by `with_topics`, where words were not sure by the model, if that is: its words are the reasons."""
    if model is None or rules.learning is None or told.is_empty():
        return told
    found = judged(told, text, model)
    both = told.with_columns(
        found["topic"].alias(_LEARNED), found["why"].alias(_WHY), found["sure"].alias(_SURE)
    )
    speaks = pl.col("topic").is_null() & (pl.col(_SURE) >= rules.learning.sure)
    return both.with_columns(
        pl.when(speaks).then(_LEARNED).otherwise("topic").alias("topic"),
        pl.when(speaks).then(pl.lit(MODEL)).otherwise("topic_by").alias("topic_by"),
        pl.when(speaks).then(_WHY).otherwise("topic_why").alias("topic_why"),
    ).drop(_LEARNED, _WHY, _SURE)


def is_by_rules(by: pl.Expr) -> pl.Expr:
    """Whether words, the model or the sender's own choice told a topic, and no person of ours."""
    return by.is_in([RULES, MODEL, "sender"])


def _names(rules: Enquiries) -> tuple[str, ...]:
    return tuple(topic.name for topic in rules.topics)


def _letters(reader: Reader, rules: Enquiries, learning: Learning) -> pl.DataFrame | None:
    """text and topic of what is learned from; None while there is too little of it."""
    said = enquiries.said_topics(reader)
    marked = said.head(said.height // learning.again * learning.again)
    if marked.height < learning.least:
        return None
    last = marked.unique(_ANCHOR, keep="last", maintain_order=True).tail(MOST)
    known = last.filter(pl.col("value").is_in(_names(rules)))
    texts = enquiries.texts(reader, known["thread"].unique().sort().to_list())
    asked = pl.concat_str("subject", "body", separator="\n", ignore_nulls=True)
    both = known.join(texts, on=_ANCHOR, how="inner", maintain_order="left")
    letters = both.select(asked.alias("text"), pl.col("value").alias("topic"))
    letters = letters.filter(pl.col("text").str.contains(r"\S"))
    counts = dict(letters.group_by("topic").len().iter_rows())
    few = letters.height < learning.least
    if few or any(counts.get(name, 0) < learning.each for name in _names(rules)):
        return None
    return letters


class _Letters:
    """Letters to learn from, equal if a model of them would be."""

    def __init__(self, letters: pl.DataFrame, topics: tuple[str, ...]) -> None:
        self.letters, self.topics = letters, topics
        self._key = (version_of(letters), topics)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Letters) and self._key == other._key


@lru_cache(maxsize=4)
def _kept(told: _Letters) -> Model:
    return trained(told.letters, told.topics)
