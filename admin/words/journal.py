"""What the journal calls an act: code → message. Whoever notes a new act adds its words here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from admin.words.language import N_

# The names under which acts tell what was before and after.
TOLD: Mapping[str, str] = MappingProxyType(
    {
        "decisions": N_("Decisions"),
        "kind": N_("What was said"),
        "verdict": N_("What matching obeys"),
        "left": N_("First"),
        "right": N_("Second"),
        "field": N_("Field"),
        "value": N_("Value"),
        "batch": N_("Batch"),
        "version": N_("Version"),
        "position": N_("Position"),
        "name": N_("Name"),
        "url": N_("Address"),
        "role": N_("Role"),
        "active": N_("Can sign in"),
        "scope": N_("Part of the base"),
        "owners": N_("Owners"),
        "until": N_("Until"),
        "rows": N_("Rows"),
        "passed": N_("Passed"),
        "refused": N_("Refused again"),
        "text": N_("Text"),
        "state": N_("State"),
        "topic": N_("Topic"),
        "topic_text": N_("In words"),
        "owner": N_("Responsible"),
        "unit": N_("Unit of ours"),
        "transferred_to": N_("Transferred to"),
        "deadline_at": N_("Due"),
        "company_id": N_("Counterparty"),
        "contact_id": N_("Contact"),
        "deal": N_("Deal"),
        "operator": N_("Operator"),
    }
)

ACTS: Mapping[str, str] = MappingProxyType(
    {
        "decided": N_("decided"),
        "withdrawn": N_("took a decision back"),
        "rules_activated": N_("activated rules"),
        "enquiry_decided": N_("decided about an enquiry"),
        "enquiry_answered": N_("answered an enquiry in its chat"),
        "chat_link_made": N_("made a link that binds a chat to a contact"),
        "enquiry_converted": N_("wrote down the deal an enquiry became"),
        "enquiry_handed_over": N_("handed an enquiry over"),
        "routing_activated": N_("put a routing table in force"),
        "dictionary_activated": N_("put words of the dictionary in force"),
        "good_joined": N_("said that two goods are one"),
        "good_parted": N_("took a record out of a good"),
        "good_withdrawn": N_("took back what was said of goods"),
        "replayed": N_("replayed quarantine"),
        "withdrawn_whole": N_("took a whole migration back"),
        "signed": N_("signed the act of a migration"),
        "run_started": N_("started a run"),
        "export": N_("took an export"),
        "dial": N_("asked for a call"),
        "listened": N_("listened to a recording"),
        "revealed": N_("looked at masked data"),
        "cursor_moved": N_("moved a cursor"),
        "consumer_added": N_("made a consumer"),
        "consumer_removed": N_("removed a consumer"),
        "webhook_added": N_("made a webhook"),
        "webhook_paused": N_("paused a webhook"),
        "webhook_resumed": N_("resumed a webhook"),
        "webhook_removed": N_("removed a webhook"),
        "signed_in": N_("signed in"),
        "signed_out": N_("signed out"),
        "session_ended": N_("ended a session"),
        "sign_in_refused": N_("could not sign in"),
        "refused": N_("was refused"),
        "password_set": N_("set a password"),
        "account_added": N_("added an account"),
        "account_changed": N_("changed an account"),
        "owner_given": N_("gave a company its owners"),
        "link_made": N_("made a sign-in link"),
        "token_made": N_("made a token"),
        "token_revoked": N_("revoked a token"),
    }
)
