"""What an enquiry is about, by words with weights: rules first, readable, each answer with its reasons."""

from __future__ import annotations

import polars as pl

from config.enquiries import Enquiries

RULES = "words"
FOUND, RANKED = "@found", "@ranked"
_NONE = pl.List(pl.String())


def plain(text: pl.Expr) -> pl.Expr:
    """The text in small letters, ё as е, one space between words."""
    small = text.fill_null("").str.to_lowercase().str.replace_all("ё", "е", literal=True)
    return small.str.replace_all(r"\s+", " ")


def with_topics(frame: pl.DataFrame, text: str, rules: Enquiries) -> pl.DataFrame:
    """`frame` with `topic` (null where not sure), `topic_by` and `topic_why`, told by column `text`."""
    words = sorted({word for topic in rules.topics for word in topic.words})
    # With a space in front a word begins where its text does.
    spaced = pl.lit(" ") + plain(pl.col(text)).str.replace_all(r"[^a-zа-я0-9-]+", " ")
    found = spaced.str.extract_many([f" {bare(word)}" for word in words], overlapping=True)
    scored = frame.with_columns(
        found.list.unique(maintain_order=True)
        .list.eval(pl.element().str.strip_chars())
        .alias(FOUND)
    )
    weights = {
        topic.name: {bare(word): weight for word, weight in topic.words.items()}
        for topic in rules.topics
    }
    scored = scored.with_columns(_score(told).alias(f"@{name}") for name, told in weights.items())
    names = [f"@{name}" for name in weights]
    scored = scored.with_columns(pl.concat_list(names).list.sort(descending=True).alias(RANKED))
    judged = scored.with_columns(*_judged(list(weights), rules), _why(weights).alias("topic_why"))
    return judged.drop(FOUND, RANKED, *names)


def bare(word: str) -> str:
    """A word or phrase as `plain` text has it, without marks."""
    small = word.lower().replace("ё", "е")
    return " ".join("".join(c if c.isalnum() or c == "-" else " " for c in small).split())


def _score(weights: dict[str, int]) -> pl.Expr:
    told = pl.element().replace_strict(weights, default=0, return_dtype=pl.Int64)
    return pl.col(FOUND).list.eval(told).list.sum()


def _judged(names: list[str], rules: Enquiries) -> list[pl.Expr]:
    best = pl.col(RANKED).list.get(0)
    second = pl.col(RANKED).list.get(1, null_on_oob=True).fill_null(0)
    sure = (best >= rules.enough) & (best - second >= rules.apart)
    named = pl.coalesce(pl.when(pl.col(f"@{name}") == best).then(pl.lit(name)) for name in names)
    return [
        pl.when(sure).then(named).alias("topic"),
        pl.when(sure).then(pl.lit(RULES)).alias("topic_by"),
    ]


def _why(weights: dict[str, dict[str, int]]) -> pl.Expr:
    parts = [
        pl.col(FOUND).list.eval(
            pl.element().replace_strict(
                {word: f"{name}: {word} {weight:+d}" for word, weight in told.items()} or {"": ""},
                default=None,
                return_dtype=pl.String,
            )
        )
        for name, told in weights.items()
    ]
    return pl.concat_list(parts).list.drop_nulls()


def order_numbers(text: pl.Expr, rules: Enquiries) -> pl.Expr:
    """The numbers of orders that a text names, each once, as written but in capitals."""
    small = plain(text)
    found = [
        small.str.extract_all(pattern).list.eval(
            pl.element().str.extract(pattern, 1).str.to_uppercase()
        )
        for pattern in rules.order_numbers
    ]
    if not found:
        return pl.lit([], _NONE)
    return pl.concat_list(found).list.drop_nulls().list.unique(maintain_order=True)
