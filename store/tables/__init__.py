"""The tables of the store, one MetaData for both engines.

Large tables carry a unique index instead of a primary key, because SQLite cannot drop and rebuild a
primary key around a first load. Rows that later stages follow bear `seq`, a stamp that grows in
commit order.
"""

from __future__ import annotations

from store.tables.absences import absence
from store.tables.access import (
    account,
    api_token,
    party_owner,
    second_factor,
    sign_in_link,
    sign_in_session,
)
from store.tables.calls import OPEN as OPEN_CALL
from store.tables.calls import (
    agent_session,
    call,
    call_request,
    call_stage,
    extension_term,
    unknown_caller,
)
from store.tables.columns import metadata
from store.tables.desk import account_view, job, rule_draft, saved_list
from store.tables.enquiries import STANDING as STANDING_ENQUIRY
from store.tables.enquiries import WAITING as WAITING_ENQUIRY
from store.tables.enquiries import acknowledgement, chat_token, enquiry, enquiry_act
from store.tables.goods import DOUBTFUL as DOUBTFUL_GOOD
from store.tables.goods import (
    good,
    good_act,
    good_code,
    good_group,
    good_holder,
    good_member,
    good_offer,
    good_price,
    good_stock,
)
from store.tables.hub import (
    checkpoint,
    counter,
    landing_batch,
    lease,
    quarantine,
    run,
    run_count,
    run_line,
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
from store.tables.migrating import migration, migration_part, migration_signature
from store.tables.outside import consumer, journal, request_answer, webhook
from store.tables.records import SEARCHED, canonical, golden
from store.tables.routing import enquiry_route
from store.tables.stewardship import deferral, proposal, review_day, review_desk
from store.tables.versions import (
    dictionary_active,
    dictionary_version,
    routing_active,
    routing_version,
)
from store.tables.watching import alert, correction, source_pause, source_probe

__all__ = [
    "DOUBTFUL_GOOD",
    "NUMBER_FIELDS",
    "OPEN_CALL",
    "SEARCHED",
    "STANDING_ENQUIRY",
    "WAITING_ENQUIRY",
    "absence",
    "account",
    "account_view",
    "acknowledgement",
    "agent_session",
    "alert",
    "api_token",
    "call",
    "call_request",
    "call_stage",
    "canonical",
    "change",
    "chat_token",
    "checkpoint",
    "consumer",
    "correction",
    "counter",
    "decision",
    "decision_record",
    "deferral",
    "dictionary_active",
    "dictionary_version",
    "enquiry",
    "enquiry_act",
    "enquiry_route",
    "extension_term",
    "golden",
    "golden_change",
    "good",
    "good_act",
    "good_code",
    "good_group",
    "good_holder",
    "good_member",
    "good_offer",
    "good_price",
    "good_stock",
    "identity",
    "job",
    "journal",
    "landing_batch",
    "lease",
    "link",
    "metadata",
    "migration",
    "migration_part",
    "migration_signature",
    "party_owner",
    "proposal",
    "quarantine",
    "request_answer",
    "review_day",
    "review_desk",
    "review_pair",
    "routing_active",
    "routing_version",
    "rule_draft",
    "rule_link",
    "rule_set",
    "run",
    "run_count",
    "run_line",
    "saved_list",
    "second_factor",
    "sign_in_link",
    "sign_in_session",
    "source_pause",
    "source_probe",
    "source_record",
    "stream_column",
    "stream_state",
    "unknown_caller",
    "webhook",
    "withdrawal",
]
