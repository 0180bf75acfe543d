"""What people said of topics, learned: the model in force, made from the ledger of decisions whenever asked.

It follows from the decisions alone, so it needs no place of its own; it is learned anew after every so many
of them (`learning.again`), because enquiries nobody was sure of are then judged anew.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import polars as pl

from config.enquiries import Enquiries, Learning
from flows.enquiries.model import MODEL, Model, Numbers, judged, trained, version_of
from flows.enquiries.topics import RULES
from store import enquiries
from store.engine import Reader

MOST = 5_000  # newest letters learned from
_ANCHOR = ["channel", "thread", "message_id"]
_OF_WORDS = 0.8  # what a point of the rules' words weighs beside the model
_MOST_WEIGHT = 8
_MOST_WORDS = 5
_ROW = "@row"
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
    """`told` by `with_topics`, by words and the model together where there is one.

    What the rules' words say is evidence beside what the model learned. Where both agree the words stay the
    reasons; where nothing is sure enough a person decides.
    """
    if model is None or rules.learning is None or told.is_empty():
        return told
    found = judged(told, text, model, _evidence(told, model))
    both = told.with_columns(
        found["topic"].alias(_LEARNED), found["why"].alias(_WHY), found["sure"].alias(_SURE)
    )
    sure = pl.col(_SURE) >= rules.learning.sure
    worded = pl.col("topic").eq_missing(pl.col(_LEARNED))
    words = pl.col("topic_why").list.head(_MOST_WORDS)
    return both.with_columns(
        pl.when(sure).then(_LEARNED).alias("topic"),
        pl.when(sure & ~worded).then(pl.lit(MODEL)).when(sure).then("topic_by").alias("topic_by"),
        pl.when(sure & ~worded)
        .then(pl.concat_list(_WHY, words))
        .otherwise("topic_why")
        .alias("topic_why"),
    ).drop(_LEARNED, _WHY, _SURE)


def _evidence(told: pl.DataFrame, model: Model) -> Numbers:
    """What the rules' words say for each topic of the model, by row."""
    said = (
        told.select("topic_why").with_row_index(_ROW)
        .explode("topic_why", keep_nulls=False, empty_as_null=False)
        .select(
            _ROW, pl.col("topic_why").str.extract(r"^([a-z0-9_]+): ").alias("name"),
            pl.col("topic_why").str.extract(r"([+-]\d+)$").cast(pl.Int64).alias("weight"),
        )
        .group_by(_ROW, "name").agg(pl.col("weight").sum().clip(-_MOST_WEIGHT, _MOST_WEIGHT))
    )  # fmt: skip
    evidence = np.zeros((told.height, len(model.topics)))
    for place, name in enumerate(model.topics):
        own = said.filter(pl.col("name") == name)
        evidence[own[_ROW].to_numpy(), place] = own["weight"].to_numpy() * _OF_WORDS
    return evidence


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
