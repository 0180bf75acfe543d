"""What rules said of enquiries against what people said: where topics are mixed up."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from config.enquiries import Enquiries
from flows.enquiries.learned import is_by_rules
from flows.enquiries.model import MODEL
from flows.enquiries.topics import RULES, with_topics

UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Confusion:
    """`total` enquiries of which `unsure` have no topic, by words `by_words`, by the model `by_model`, by people `by_people`.

    `cells`: (said by rules, said by people) → enquiries; rules may say `unsure`. `agreed` are those of the
    diagonal.
    """

    total: int
    unsure: int
    by_words: int
    by_model: int
    by_people: int
    agreed: int
    cells: dict[tuple[str, str], int]


def confusion(enquiries: pl.DataFrame, rules: Enquiries) -> Confusion:
    """Of enquiries with subject, opening, topic and topic_by; the rules are asked anew of those people judged."""
    people = pl.col("topic_by").is_not_null() & ~is_by_rules(pl.col("topic_by"))
    judged = enquiries.filter(people & pl.col("topic").is_not_null()).select(
        pl.col("topic").alias("said"),
        pl.concat_str("subject", "opening", separator="\n", ignore_nulls=True).alias("text"),
    )
    both = with_topics(judged, "text", rules).with_columns(pl.col("topic").fill_null(UNSURE))
    counted = both.group_by("topic", "said").agg(pl.len().alias("n"))
    cells = {(topic, said): n for topic, said, n in counted.iter_rows()}
    return Confusion(
        enquiries.height,
        enquiries["topic"].null_count(),
        enquiries.filter(pl.col("topic_by") == RULES).height,
        enquiries.filter(pl.col("topic_by") == MODEL).height,
        judged.height,
        both.filter(pl.col("topic") == pl.col("said")).height,
        cells,
    )
