"""Letters of old sites' forms, read by the template of their sender into what a form tells (handbook 6.5)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import polars as pl

from config.connections import ENQUIRIES, HUB
from config.enquiries import Enquiries, FormLetters
from mappings.compile import CompiledMapping
from mappings.load import load_mapping
from schemas.records import KEY

_TOLD = (
    "sender_name", "sender_email", "sender_phone", "company", "inn", "topic", "order_number", "body", "page",
    "planned_volume",
)  # fmt: skip
_MANY_LINES = "message"


def spoken_for(messages: pl.DataFrame, rules: Enquiries) -> pl.DataFrame:
    """`messages`, where letters of the robots that the rules know speak for the people in their fields."""
    templates = {one.sender.lower(): one for one in rules.form_letters}
    numbered = messages.with_row_index("n")
    ours = numbered.filter(
        pl.col("sender_email").str.to_lowercase().is_in(list(templates)),
        pl.col("channel") == "email", pl.col("direction") == "inbound",
    )  # fmt: skip
    found = [
        {KEY: str(row["n"]), "sent_at": row["sent_at"].isoformat(), **fields}
        for row in ours.select("n", "sent_at", "sender_email", "body").iter_rows(named=True)
        if (fields := read_by(templates[row["sender_email"].lower()], row["body"] or ""))
    ]
    if not found:
        return messages
    told = _forms().apply(pl.DataFrame(found, infer_schema_length=None)).records
    people = told.select(pl.col("key").cast(pl.UInt32).alias("n"), *_TOLD).with_columns(
        nature=pl.lit("message")
    )
    rest = numbered.join(people, on="n", how="anti", maintain_order="left")
    changed = numbered.drop(*_TOLD, "nature").join(
        people, on="n", how="inner", maintain_order="left"
    )
    return pl.concat([rest, changed.select(rest.columns)]).sort("n").drop("n")


def read_by(template: FormLetters, text: str) -> Mapping[str, str]:
    """The fields of one letter; the message goes on for lines without a label of the template.

    >>> read_by(FormLetters(sender="r@s.example", fields={"phone": "Куда звонить"}), "Куда звонить: 5")
    {'phone': '5'}
    """
    labels = {
        " ".join(label.split()).rstrip(":").lower(): n for n, label in template.fields.items()
    }
    found: dict[str, list[str]] = {}
    at = ""
    for line in text.splitlines():
        label, colon, value = line.strip("*•- \t").partition(":")
        known = labels.get(" ".join(label.split()).lower(), "") if colon else ""
        if known and known not in found:
            at, found[known] = known, [value.strip()]
        elif at == _MANY_LINES:
            found[at].append(line.strip())
    lines = {name: "\n".join(value).strip() for name, value in found.items()}
    return {name: value for name, value in lines.items() if value}


@cache
def _forms() -> CompiledMapping:
    return load_mapping(HUB, ENQUIRIES)
