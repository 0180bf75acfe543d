"""What stewards work with: the desk of waiting pairs, what was put off, what waits for a second person."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Table

from store.tables.columns import metadata, moment_column, number_column, text_column

review_desk = Table(
    "review_desk",
    metadata,
    number_column("id"),
    text_column("entity"),
    text_column("rule"),
    text_column("left_connection"),
    text_column("left_stream"),
    text_column("left_key"),
    text_column("right_connection"),
    text_column("right_stream"),
    text_column("right_key"),
    text_column("severity"),
    text_column("reason"),
    Column("score", Float, nullable=True),
    text_column("sources"),
    text_column("lane"),
    text_column("pattern"),
    number_column("value"),
    number_column("worth"),
    number_column("since"),
    number_column("seq"),
    number_column("weighed", null=True),
    # A login; nobody is the empty text.
    text_column("assignee"),
    Index("uq_review_desk", "id", unique=True),
    Index(
        "ix_review_desk_left",
        "left_connection", "left_stream", "left_key", "right_connection", "right_stream", "right_key",
    ),
    # What the facets count, read from the index alone.
    Index("ix_review_desk_facets", "lane", "reason", "rule", "sources", "pattern", "assignee", "score"),
    Index("ix_review_desk_worth", "lane", "worth", "id"),
    Index("ix_review_desk_since", "lane", "since", "id"),
    Index("ix_review_desk_reason", "lane", "reason", "worth", "id"),
    Index("ix_review_desk_rule", "lane", "rule", "worth", "id"),
    Index("ix_review_desk_sources", "lane", "sources", "worth", "id"),
    Index("ix_review_desk_pattern", "lane", "pattern", "worth", "id"),
    Index("ix_review_desk_assignee", "lane", "assignee", "worth", "id"),
)  # fmt: skip
deferral = Table(
    "deferral",
    metadata,
    number_column("id", key=True),
    text_column("left_ref"),
    text_column("right_ref"),
    text_column("author"),
    moment_column("created_at"),
    Index("ix_deferral_author", "author", "created_at"),
)
proposal = Table(
    "proposal",
    metadata,
    number_column("id", key=True),
    text_column("kind"),
    text_column("verdict"),
    text_column("why"),
    text_column("body"),
    number_column("size"),
    text_column("author"),
    text_column("reason", null=True),
    moment_column("created_at"),
    text_column("state"),
    text_column("answered_by", null=True),
    text_column("answer", null=True),
    moment_column("answered_at", null=True),
    text_column("batch", null=True),
    number_column("done"),
    text_column("refused", null=True),
    Index("ix_proposal_state", "state", "id"),
    Index("ix_proposal_author", "author", "id"),
)
review_day = Table(
    "review_day",
    metadata,
    number_column("day", key=True),
    number_column("waiting"),
    number_column("put_off"),
)
