"""Enquire: from canonical messages to enquiries. A conversation is made anew whenever a message comes.

It goes by portions of whole conversations, each in a transaction of its own: whoever is killed begins anew,
and what was written is found equal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from config.enquiries import Enquiries, load_enquiries
from flows.enquiries.assemble import assembled
from flows.enquiries.learned import learned
from flows.enquiries.model import Model
from flows.enquiries.neighbours import with_neighbours
from flows.enquiries.portions import portions
from flows.run import Run
from schemas.records import Cursor
from store import call_messages, canonical, chat_tokens, checkpoints, enquiries, routes
from store.bulk import Written
from store.engine import Reader, Writer
from store.views.calls import known_phones

STAGE = "enquire"
ENQUIRY_VERSION = 9  # rises with every change of what is assembled of equal messages
_MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Done:
    """What became of enquiries: how many there are of how many messages, written, and dropped."""

    messages: int = 0
    enquiries: int = 0
    written: Written = field(default_factory=Written)
    dropped: int = 0

    def __add__(self, other: Done) -> Done:
        """The sum, part by part."""
        return Done(
            self.messages + other.messages,
            self.enquiries + other.enquiries,
            self.written + other.written,
            self.dropped + other.dropped,
        )


def enquire(run: Run) -> bool:
    """Whether any enquiry was assembled: those with new messages, or all where the rules or the model changed."""
    rules = load_enquiries(run.house.settings.config_dir)
    with run.house.store.read() as reader:
        before = checkpoints.get(reader, STAGE, "", "")
        model = learned(reader, rules)
        now = _position(reader, rules, model)
    if now == before:
        return False
    whole = before is None or not _continues(before, now)
    since = 0 if whole or before is None else int(before.value["messages"] or 0)
    _bind(run, since)
    if rules.unknown_callers is not None:
        heard = 0 if before is None else int(before.value.get("calls") or 0)
        _note_unknown(run, heard, rules.unknown_callers)
    with run.house.store.read() as reader:
        threads = None if before is None or whole else _changed(reader, rules, before)
        parts = list(portions(reader, rules, threads))
    done = Done()
    for part in parts:
        with run.house.store.write() as writer:
            # Its lock keeps what somebody decides meanwhile from being overwritten by what was read before.
            writer.next("seq", 0)
            done += _stored(writer, rules, part, model)
    with run.house.store.write() as writer:
        run.count(
            writer, STAGE, "", "enquiry", messages=done.messages, enquiries=done.enquiries,
            inserted=done.written.inserted, updated=done.written.updated,
            unchanged=done.written.unchanged, retired=done.dropped,
        )  # fmt: skip
        checkpoints.put(writer, STAGE, "", "", now, run_id=run.id)
    return True


def again(writer: Writer, rules: Enquiries, threads: Sequence[str]) -> Written:
    """Assemble some conversations anew in the caller's transaction, as after a person's decision."""
    whole = enquiries.with_moves(writer, threads)
    return _stored(writer, rules, whole, learned(writer, rules)).written


def _bind(run: Run, since: int) -> None:
    """Chats that came by a one-time link become their contact's."""
    with run.house.store.read() as reader:
        sent = chat_tokens.sent(reader, since)
    if sent:
        with run.house.store.write() as writer:
            for token, chat, at in sent:
                chat_tokens.use(writer, token, chat, at)


def _note_unknown(run: Run, since: int, talked: int) -> None:
    """Calls taken since whose number no company bears: of whoever rang it is kept that nobody knew him."""
    with run.house.store.read() as reader:
        fresh = call_messages.unnoted(reader, since, talked)
        known = known_phones(reader, fresh["phone"].unique().sort().to_list())
    strangers = fresh.filter(~pl.col("phone").is_in(known.implode()))["id"].sort().to_list()
    with run.house.store.write() as writer:
        call_messages.note(writer, strangers)


def _stored(writer: Writer, rules: Enquiries, threads: Sequence[str], model: Model | None) -> Done:
    """Assemble whole conversations and store what differs, with the links of others that change by it."""
    messages = _messages(writer, rules, threads)
    acts, chats = enquiries.acts(writer, threads), enquiries.bound_chats(writer, threads)
    sent = routes.of_threads(writer, threads)
    fresh = assembled(messages, acts, chats, rules, sent, model)
    stored = enquiries.of_threads(writer, threads)
    told = with_neighbours(writer, fresh, stored, rules)
    gone = stored["id"].filter(~stored["id"].is_in(fresh["id"].implode()))
    dropped = enquiries.remove(writer, gone)
    return Done(messages.height, fresh.height, enquiries.save(writer, told), dropped)


def _messages(reader: Reader, rules: Enquiries, threads: Sequence[str]) -> pl.DataFrame:
    """Messages of every channel, missed calls among them."""
    written = enquiries.messages(reader, threads)
    if not rules.hears_calls:
        return written
    calls = call_messages.messages(reader, threads, missed=rules.missed_calls)
    known = [
        pl.col(name).cast(written.schema[name]) for name in calls.columns if name in written.columns
    ]
    both = pl.concat([written, calls.select(known)], how="diagonal")
    lists = [name for name, kind in written.schema.items() if isinstance(kind, pl.List)]
    return both.with_columns(pl.col(lists).fill_null(pl.lit([], pl.List(pl.String()))))


def _changed(reader: Reader, rules: Enquiries, before: Cursor) -> list[str]:
    """The conversations in which anything was written or rung since."""
    written = enquiries.changed_threads(reader, int(before.value["messages"] or 0))
    if not rules.hears_calls:
        return written
    return sorted({*written, *call_messages.changed(reader, int(before.value["calls"] or 0))})


def _position(reader: Reader, rules: Enquiries, model: Model | None) -> Cursor:
    seen, _, removed = canonical.position(reader, _MESSAGE).partition("-")
    calls = call_messages.newest(reader) if rules.hears_calls else 0
    told = hashlib.sha256(rules.model_dump_json().encode()).hexdigest()[:16]
    return Cursor(
        {
            "messages": int(seen),
            "calls": calls,
            "removed": int(removed),
            "rules": told,
            "model": model.version if model else None,
            "version": ENQUIRY_VERSION,
        }
    )


def _continues(before: Cursor, now: Cursor) -> bool:
    """Whether only messages were added or changed since."""
    return all(
        before.value.get(n) == now.value[n] for n in ("removed", "rules", "model", "version")
    )
