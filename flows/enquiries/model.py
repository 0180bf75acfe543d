"""A small model of topics learned from what people said: complement naive Bayes over words and pairs of words.

A word is judged by its stem and by the threes and fours of letters it has, so that its endings and its slips
change little. What speaks for a topic are whole words and pairs of them, which is what people are shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from flows.enquiries.topics import plain

MODEL = "model"
Numbers = npt.NDArray[np.float64]
_SMOOTH = 0.03  # as if each feature were seen so often more with each topic
_LETTERS = 0.3  # what a group of letters weighs beside a stem or a pair
_GROUPS = (3, 4)
_STEM = 6
_SHOWN = 5
_REQUISITES = r"(?im)^.*\bИНН[\s:№]*\d.*$"  # lines that name companies say nothing of the topic
_ROW, _WORD, _LENGTH = "@row", "@word", "@length"


@dataclass(frozen=True, slots=True)
class Model:
    """What is learned of `topics` from `letters` letters; equal letters make equal models and versions."""

    version: str
    topics: tuple[str, ...]
    letters: int
    features: dict[str, int]
    weights: Numbers  # by feature and topic

    def of_words(self, words: Sequence[str]) -> Numbers:
        """How much each word or pair of words speaks for each topic; unknown ones for none."""
        told = np.zeros((len(words), len(self.topics)))
        for place, word in enumerate(words):
            for feature, weight in _features(word):
                known = self.features.get(feature)
                if known is not None:
                    told[place] += weight * self.weights[known]
        return told


def version_of(letters: pl.DataFrame) -> str:
    """What a model learned from `letters` (text, topic) would be called."""
    rows = letters.select("topic", "text").rows()
    return hashlib.sha256(repr(rows).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def trained(letters: pl.DataFrame, topics: Sequence[str]) -> Model:
    """The model of `letters` (text, topic)."""
    words = _words(letters.select("text").with_row_index(_ROW), "text")
    labels = letters.select("topic").with_row_index(_ROW)
    # A long letter says no more of its topic than a short one.
    share = (1 / pl.col(_LENGTH)).sum().alias("share")
    counted = words.join(labels, on=_ROW).group_by(_WORD, "topic").agg(share).sort(_WORD, "topic")
    numbers = {name: place for place, name in enumerate(topics)}
    features: dict[str, int] = {}
    seen: list[tuple[int, int, float]] = []
    for word, topic, part in counted.iter_rows():
        place = numbers[topic]
        seen += [
            (features.setdefault(feature, len(features)), place, weight * part)
            for feature, weight in _features(word)
        ]
    sums = np.full((len(features), len(topics)), _SMOOTH)
    if seen:
        rows, columns, parts = zip(*seen, strict=True)
        np.add.at(sums, (np.array(rows), np.array(columns)), np.array(parts))
    others = sums.sum(axis=1, keepdims=True) - sums
    weights = np.log(sums / sums.sum(axis=0)) - np.log(others / others.sum(axis=0))
    return Model(version_of(letters), tuple(topics), letters.height, features, weights)


def judged(
    frame: pl.DataFrame, text: str, model: Model, evidence: Numbers | None = None
) -> pl.DataFrame:
    """Of each row of `frame`: topic, sure (0 to 1) and why, the words that spoke most for it.

    `evidence`: what else speaks for each of the model's topics, by row.
    """
    words = _words(frame.select(text).with_row_index(_ROW), text)
    distinct = words[_WORD].unique().sort()
    at, of = distinct.search_sorted(words[_WORD]).to_numpy(), words[_ROW].to_numpy()
    told = model.of_words(distinct.to_list())[at] / words[_LENGTH].to_numpy()[:, None]
    scored = np.zeros((frame.height, len(model.topics)))
    np.add.at(scored, of, told)
    if evidence is not None:
        scored += evidence
    best = scored.argmax(axis=1)
    raised = np.exp(scored - scored.max(axis=1, keepdims=True))
    sure = raised.max(axis=1) / raised.sum(axis=1)
    own = told[np.arange(len(of)), best[of]] if len(of) else np.zeros(0)
    spoke = words.select(_ROW, _WORD, pl.Series("weight", own))
    named = pl.Series("topic", [model.topics[place] for place in best], dtype=pl.String)
    return _with_why(pl.DataFrame([named, pl.Series("sure", sure)]), spoke, model)


def _with_why(told: pl.DataFrame, spoke: pl.DataFrame, model: Model) -> pl.DataFrame:
    loudest = (
        spoke.filter(pl.col("weight") >= 0.05)
        .sort(_ROW, "weight", _WORD, descending=[False, True, False])
        .group_by(_ROW, maintain_order=True)
        .head(_SHOWN)
    )
    worded = pl.format("{} +{}", _WORD, pl.col("weight").round(1))
    whys = loudest.group_by(_ROW, maintain_order=True).agg(worded.alias("words"))
    both = told.with_row_index(_ROW).join(whys, on=_ROW, how="left", maintain_order="left")
    spoken = both.explode("words", keep_nulls=True, empty_as_null=True).select(
        _ROW, pl.format("{}: {}", "topic", "words").alias("why")
    )
    of_each = spoken.group_by(_ROW, maintain_order=True).agg(pl.col("why").drop_nulls())
    learned = pl.lit([f"{MODEL}: {model.version} ({model.letters})"], pl.List(pl.String()))
    return told.with_columns(pl.concat_list(learned, of_each["why"]).alias("why"))


def _words(rows: pl.DataFrame, text: str) -> pl.DataFrame:
    """Each word and each pair of neighbours of each row once, and the row's length by all its features."""
    asked = pl.col(text).str.replace_all(_REQUISITES, "")
    spoken = plain(asked).str.extract_all("[a-zа-я]{2,}|[?№]")
    alone = rows.select(_ROW, spoken.alias(_WORD)).explode(
        _WORD, keep_nulls=False, empty_as_null=False
    )
    following = pl.col(_WORD).shift(-1).over(_ROW)
    pairs = alone.select(_ROW, pl.format("{} {}", _WORD, following)).drop_nulls()
    told = pl.concat([alone, pairs]).unique(maintain_order=True)
    letters = pl.col(_WORD).str.len_chars()
    groups = sum((letters + 3 - n).clip(lower_bound=0) for n in _GROUPS)
    squares = 1 + pl.when(pl.col(_WORD).str.contains(" ")).then(0).otherwise(_LETTERS**2 * groups)
    return told.with_columns(squares.sum().over(_ROW).sqrt().alias(_LENGTH))


def _features(word: str) -> Iterable[tuple[str, float]]:
    """What a word or a pair is judged by, with weights."""
    yield " ".join(_stem(one) for one in word.split(" ")), 1.0
    if " " not in word:
        marked = f"_{word}_"
        for n in _GROUPS:
            for place in range(len(marked) - n + 1):
                yield f"*{marked[place : place + n]}", _LETTERS


def _stem(word: str) -> str:
    if len(word) > _STEM:
        return word[:_STEM]
    return word[: max(3, len(word) - 1)] if len(word) > 4 else word
