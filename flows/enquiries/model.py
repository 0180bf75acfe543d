"""A small model of topics: naive Bayes over the letters of words, learned from what people said.

A word is judged by the threes of letters it has, so that its endings and its slips change little; what speaks
for a topic are whole words, which is what people are shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from flows.enquiries.topics import plain

MODEL = "model"
Numbers = npt.NDArray[np.float64]
_SMOOTH = 1.0  # as if each three of letters were seen once more with each topic
_SHOWN = 5
_ROW, _WORD = "@row", "@word"


@dataclass(frozen=True, slots=True)
class Model:
    """What is learned of `topics` from `letters` letters; equal letters make equal models and versions."""

    version: str
    topics: tuple[str, ...]
    letters: int
    grams: dict[str, int]
    weights: Numbers  # by three of letters and topic

    def of_words(self, words: Sequence[str]) -> Numbers:
        """How much each word speaks for each topic; unknown ones for none."""
        told = np.zeros((len(words), len(self.topics)))
        for place, word in enumerate(words):
            known = [self.grams[gram] for gram in _grams(word) if gram in self.grams]
            if known:
                told[place] = self.weights[known].sum(axis=0) / len(_grams(word))
        return told


def version_of(letters: pl.DataFrame) -> str:
    """What a model learned from `letters` (text, topic) would be called."""
    rows = letters.select("topic", "text").rows()
    return hashlib.sha256(repr(rows).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def trained(letters: pl.DataFrame, topics: Sequence[str]) -> Model:
    """The model of `letters` (text, topic)."""
    counted = _words(letters, "text").group_by(_WORD, "topic").len().sort(_WORD, "topic")
    numbers = {name: place for place, name in enumerate(topics)}
    grams: dict[str, int] = {}
    where: list[tuple[int, int, int]] = []
    for word, topic, n in counted.iter_rows():
        where += [(grams.setdefault(gram, len(grams)), numbers[topic], n) for gram in _grams(word)]
    seen = np.full((len(grams), len(topics)), _SMOOTH)
    if where:
        rows, columns, counts = np.array(where).T
        np.add.at(seen, (rows, columns), counts)
    chances = np.log(seen / seen.sum(axis=0))
    weights = chances - chances.mean(axis=1, keepdims=True)
    return Model(version_of(letters), tuple(topics), letters.height, grams, weights)


def judged(frame: pl.DataFrame, text: str, model: Model) -> pl.DataFrame:
    """Of each row of `frame`: topic, sure (0 to 1) and why, the words that spoke most for it."""
    rows = frame.select(text).with_row_index(_ROW)
    words = _words(rows, text)
    distinct = words[_WORD].unique().sort()
    told = model.of_words(distinct.to_list())
    scored = np.zeros((frame.height, len(model.topics)))
    at = distinct.search_sorted(words[_WORD]).to_numpy()
    of = words[_ROW].to_numpy()
    np.add.at(scored, of, told[at])
    best = scored.argmax(axis=1)
    raised = np.exp(scored - scored.max(axis=1, keepdims=True))
    sure = raised.max(axis=1) / raised.sum(axis=1)
    spoke = words.select(_ROW, _WORD, pl.Series("weight", told[at, best[of]]))
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


def _words(frame: pl.DataFrame, text: str) -> pl.DataFrame:
    """Each word of each text once, in small letters."""
    spoken = plain(pl.col(text)).str.extract_all("[a-zа-я]{2,}").list.unique()
    told = frame.with_columns(spoken.alias(_WORD)).explode(
        _WORD, keep_nulls=False, empty_as_null=False
    )
    return told.drop(text)


def _grams(word: str) -> list[str]:
    marked = f"_{word}_"
    return [marked[place : place + 3] for place in range(len(marked) - 2)]
