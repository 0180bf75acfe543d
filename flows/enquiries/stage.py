"""Enquire: from canonical messages to enquiries. A conversation is made anew whenever a message comes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from config.enquiries import Enquiries, load_enquiries
from flows.enquiries.assemble import assembled
from flows.enquiries.learned import learned
from flows.enquiries.same import KEYS, linked
from flows.run import Run
from schemas.records import Cursor
from store import call_messages, canonical, chat_tokens, checkpoints, enquiries, routes
from store.bulk import Written
from store.engine import Reader, Writer
from store.views.calls import known_phones

STAGE = "enquire"
ENQUIRY_VERSION = 5  # rises with every change of what is assembled of equal messages
_MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Made:
    """Enquiries to be stored, those to be dropped, and how many messages they were made of."""

    told: pl.DataFrame
    gone: pl.Series
    messages: int


def enquire(run: Run) -> bool:
    """Whether any enquiry was assembled: those with new messages, or all where the rules or the model changed."""
    rules = load_enquiries(run.house.settings.config_dir)
    with run.house.store.read() as reader:
        before = checkpoints.get(reader, STAGE, "", "")
        now = _position(reader, rules)
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
        made = _made(reader, rules, threads)
    with run.house.store.write() as writer:
        written, dropped = _store(writer, made)
        run.count(
            writer, STAGE, "", "enquiry", messages=made.messages, enquiries=made.told.height,
            inserted=written.inserted, updated=written.updated, unchanged=written.unchanged,
            retired=dropped,
        )  # fmt: skip
        checkpoints.put(writer, STAGE, "", "", now, run_id=run.id)
    return True


def again(writer: Writer, rules: Enquiries, threads: Sequence[str]) -> Written:
    """Assemble some conversations anew in the caller's transaction, as after a person's decision."""
    return _store(writer, _made(writer, rules, enquiries.with_moves(writer, threads)))[0]


def _store(writer: Writer, made: Made) -> tuple[Written, int]:
    dropped = enquiries.remove(writer, made.gone)
    return enquiries.save(writer, made.told), dropped


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


def _made(reader: Reader, rules: Enquiries, threads: Sequence[str] | None) -> Made:
    messages = _messages(reader, rules, threads)
    acts, chats = enquiries.acts(reader, threads), enquiries.bound_chats(reader, threads)
    fresh = assembled(
        messages, acts, chats, rules, routes.of_threads(reader, threads), learned(reader, rules)
    )
    if threads is None:
        stored = enquiries.load(reader)
        told = linked(fresh, rules)
    else:
        stored = enquiries.of_threads(reader, threads)
        told = _with_neighbours(reader, fresh, stored, rules)
    gone = stored["id"].filter(~stored["id"].is_in(fresh["id"].implode()))
    return Made(told, gone, messages.height)


def _messages(reader: Reader, rules: Enquiries, threads: Sequence[str] | None) -> pl.DataFrame:
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


def _with_neighbours(
    reader: Reader, fresh: pl.DataFrame, stored: pl.DataFrame, rules: Enquiries
) -> pl.DataFrame:
    """New enquiries with others of their senders, whose links to these may have changed."""
    replaced = pl.concat([fresh["id"], stored["id"]]).unique()
    near = _others(reader, pl.concat([fresh, stored]), replaced)
    far = _others(reader, near, pl.concat([replaced, near["id"]]))
    told = linked(pl.concat([fresh, near, far]).sort("id"), rules)
    return told.filter(~pl.col("id").is_in(far["id"].implode()))


def _others(reader: Reader, some: pl.DataFrame, known: pl.Series) -> pl.DataFrame:
    """The stored enquiries of the same senders but those known."""
    found = [some.clear()]
    for key in KEYS:
        values = some[key].drop_nulls().unique().sort().to_list()
        if values:
            found.append(enquiries.of_senders(reader, key, values))
    every = pl.concat(found).unique("id", maintain_order=True)
    return every.filter(~pl.col("id").is_in(known.implode()))


def _position(reader: Reader, rules: Enquiries) -> Cursor:
    seen, _, removed = canonical.position(reader, _MESSAGE).partition("-")
    calls = call_messages.newest(reader) if rules.hears_calls else 0
    told = hashlib.sha256(rules.model_dump_json().encode()).hexdigest()[:16]
    model = learned(reader, rules)
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
