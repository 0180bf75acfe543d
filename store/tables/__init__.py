"""The tables of the store, one MetaData for both engines.

Large tables carry a unique index instead of a primary key, because SQLite cannot drop and rebuild a
primary key around a first load. Rows that later stages follow bear `seq`, a stamp that grows in
commit order.
"""

from __future__ import annotations

from store.tables.access import account, api_token, sign_in_link, sign_in_session
from store.tables.columns import metadata
from store.tables.hub import (
    checkpoint,
    counter,
    landing_batch,
    lease,
    quarantine,
    run,
    run_count,
    source_record,
    stream_column,
    stream_state,
)
from store.tables.identities import change, identity, link, review_pair
from store.tables.judgements import (
    NUMBER_FIELDS,
    decision,
    decision_record,
    rule_link,
    rule_set,
    withdrawal,
)
from store.tables.outside import consumer, journal, request_answer, webhook
from store.tables.records import SEARCHED, canonical, golden

__all__ = [
    "NUMBER_FIELDS",
    "SEARCHED",
    "account",
    "api_token",
    "canonical",
    "change",
    "checkpoint",
    "consumer",
    "counter",
    "decision",
    "decision_record",
    "golden",
    "identity",
    "journal",
    "landing_batch",
    "lease",
    "link",
    "metadata",
    "quarantine",
    "request_answer",
    "review_pair",
    "rule_link",
    "rule_set",
    "run",
    "run_count",
    "sign_in_link",
    "sign_in_session",
    "source_record",
    "stream_column",
    "stream_state",
    "webhook",
    "withdrawal",
]
