"""The tables of the store, one MetaData for both engines.

Large tables carry a unique index instead of a primary key, because SQLite cannot drop and rebuild a
primary key around a first load. Rows that later stages follow bear `seq`, a stamp that grows in
commit order.
"""

from __future__ import annotations

from store.tables.access import account, api_token, sign_in_link, sign_in_session
from store.tables.calls import OPEN as OPEN_CALL
from store.tables.calls import call
from store.tables.columns import metadata
from store.tables.desk import account_view, job, rule_draft, saved_list
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
from store.tables.identities import change, golden_change, identity, link, review_pair
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
from store.tables.stewardship import deferral, proposal, review_day, review_desk
from store.tables.watching import alert, correction, source_pause, source_probe

__all__ = [
    "NUMBER_FIELDS",
    "OPEN_CALL",
    "SEARCHED",
    "account",
    "account_view",
    "alert",
    "api_token",
    "call",
    "canonical",
    "change",
    "checkpoint",
    "consumer",
    "correction",
    "counter",
    "decision",
    "decision_record",
    "deferral",
    "golden",
    "golden_change",
    "identity",
    "job",
    "journal",
    "landing_batch",
    "lease",
    "link",
    "metadata",
    "proposal",
    "quarantine",
    "request_answer",
    "review_day",
    "review_desk",
    "review_pair",
    "rule_draft",
    "rule_link",
    "rule_set",
    "run",
    "run_count",
    "saved_list",
    "sign_in_link",
    "sign_in_session",
    "source_pause",
    "source_probe",
    "source_record",
    "stream_column",
    "stream_state",
    "webhook",
    "withdrawal",
]
