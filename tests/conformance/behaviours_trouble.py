"""The behaviours about trouble: refusals, outages, secrets, and about writing."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import pytest

from connectors.base import Acknowledges, Sink, Source
from schemas.errors import KanonError, Refused, Retryable
from schemas.records import Batch, Probe
from tests.conformance.behaviours import ALL, Behaviour, behaviour
from tests.conformance.case import Bench
from tests.conformance.reading import batches, keys, last_cursor, latest


def _sound(probes: list[Probe]) -> list[Probe]:
    assert probes
    names = [probe.name for probe in probes]
    assert len(set(names)) == len(names), "two probes of one name"
    assert all(probe.ru and probe.en for probe in probes)
    return probes


def _fails(probes: list[Probe]) -> bool:
    return any(not probe.ok for probe in _sound(probes))


@behaviour("check of a healthy system: every probe holds and says so")
def check_passes(bench: Bench) -> None:
    assert all(probe.ok for probe in _sound(bench.source().check()))


@behaviour("a wrong password fails the check and is Refused on read")
def wrong_password_is_refused(bench: Bench) -> None:
    assert _fails(bench.wrong_credentials().check())
    with pytest.raises(Refused):
        batches(bench.wrong_credentials(), bench.stream)


@behaviour("a missing right fails the check and is Refused on read")
def missing_right_is_refused(bench: Bench) -> None:
    assert _fails(bench.no_rights().check())
    until = bench.source().clock()
    with pytest.raises(Refused):
        batches(bench.no_rights(), bench.stream, None, until)


@behaviour("a system that is down fails the check and is Retryable on read")
def outage_is_retryable(bench: Bench) -> None:
    until = bench.source().clock()
    with bench.down():
        assert _fails(bench.source().check())
        with pytest.raises(Retryable):
            batches(bench.source(), bench.stream, None, until)
    assert keys(batches(bench.source(), bench.stream))


@behaviour("a connection cut in the middle is Retryable, leaves whole batches, and is resumed")
def cut_leaves_whole_batches(bench: Bench) -> None:
    until = bench.source().clock()
    whole = batches(bench.source(), bench.stream, None, until)
    arrived: list[Batch] = []
    with bench.cut(batches=1):
        reading = bench.source().read(bench.stream, None, until)
        with pytest.raises(Retryable):
            _drain(reading, arrived)
    assert [len(batch.rows) for batch in arrived] == [
        len(batch.rows) for batch in whole[: len(arrived)]
    ]
    cursor = next((b.cursor for b in reversed(arrived) if b.cursor is not None), None)
    rest = batches(bench.source(), bench.stream, cursor, until)
    assert latest(arrived) | latest(rest) == latest(whole)


def _drain(reading: Iterator[Batch], arrived: list[Batch]) -> None:
    while True:
        arrived.append(next(reading))


@behaviour("a busy system is waited for as long as it asks")
def busy_system_is_waited_for(bench: Bench) -> None:
    until = bench.source().clock()
    with bench.busy(seconds=3600.0), pytest.raises(Retryable) as caught:
        batches(bench.source(), bench.stream, None, until)
    assert caught.value.retry_after is not None
    assert 3000 <= caught.value.retry_after <= 3700


@behaviour("an iterator closed early releases what it holds")
def early_close_releases(bench: Bench) -> None:
    source = bench.source()
    reading = source.read(bench.stream, None, source.clock())
    next(reading)
    close = getattr(reading, "close", None)
    assert close is not None, "the iterator cannot be closed"
    close()
    assert bench.open_handles() == 0


@behaviour("secrets appear in no probe, message, detail, repr or traceback")
def secrets_stay_in(bench: Bench) -> None:
    assert bench.secrets
    source = bench.source()
    said = [repr(source), str(vars(source)) if hasattr(source, "__dict__") else ""]
    said += [repr(probe) for probe in source.check()]
    for troubled in (bench.wrong_credentials, bench.source):
        with bench.down():
            said += _said_in_trouble(troubled, bench.stream)
    said += _said_in_trouble(bench.wrong_credentials, bench.stream)
    said += [repr(probe) for probe in bench.wrong_credentials().check()]
    assert not [text for text in said for secret in bench.secrets if secret in text]


def _said_in_trouble(make: Callable[[], Source], stream: str) -> list[str]:
    try:
        source = make()
        batches(source, stream, None, source.clock())
    except KanonError as error:
        trace = "".join(traceback.format_exception(error))
        return [error.ru, error.en, error.detail, repr(error), trace]
    return []


@behaviour("what is not acknowledged comes again; acknowledging twice is harmless")
def acknowledged_is_over(bench: Bench) -> None:
    source = bench.source()
    assert isinstance(source, Acknowledges)
    cursor = last_cursor(batches(source, bench.stream))
    source.acknowledge(bench.stream, cursor)
    changed = set(bench.change_rows(3))
    first = batches(bench.source(), bench.stream, cursor)
    again = batches(bench.source(), bench.stream, cursor)
    assert changed <= set(keys(first))
    assert changed <= set(keys(again)), "lost before anyone acknowledged it"
    done = last_cursor(again)
    source.acknowledge(bench.stream, done)
    source.acknowledge(bench.stream, done)
    assert not changed & set(keys(batches(bench.source(), bench.stream, done)))


@behaviour("the same command twice has one effect")
def command_once(bench: Bench) -> None:
    source = bench.source()
    assert isinstance(source, Sink)
    command = bench.command("k1")
    acks = source.write(bench.stream, [command]) + source.write(bench.stream, [command])
    assert [ack.accepted for ack in acks] == [True, True]
    assert bench.effects() == ["k1"]


@behaviour("a refused command is told apart and does not stop the others")
def command_failure_alone(bench: Bench) -> None:
    source = bench.source()
    assert isinstance(source, Sink)
    commands = [bench.command("k1"), bench.command("k2", fails=True), bench.command("k3")]
    acks = {ack.idempotency_key: ack for ack in source.write(bench.stream, commands)}
    assert [acks[c.idempotency_key].accepted for c in commands] == [True, False, True]
    assert acks[commands[1].idempotency_key].message
    assert sorted(bench.effects()) == ["k1", "k3"]


BEHAVIOURS: Mapping[str, Behaviour] = MappingProxyType(ALL)
"""Both halves of the kit: complete once this module is imported."""
