"""Telling people of trouble once, and once more when it is over: after runs, and on a schedule."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from config.alerts import Alerts, load_alerts
from config.connections import Connection
from flows.channels import Channel, channels
from flows.enquiries.escalate import escalate
from flows.freshness import Rhythm, Seen, freshness
from flows.house import House
from schemas.errors import ConfigError, Conflict, KanonError
from store import alerts, leases
from store.alerts import Finding, Notice
from store.engine import Reader
from store.views import sources, trouble

log = structlog.get_logger()
LEASE = "alerts"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Attended:
    """How many troubles there are, of how many people were told now, and how many of those are over."""

    present: int
    told: int = 0
    recovered: int = 0
    quiet: bool = False


def attend(
    house: House, now: datetime | None = None, ways: Sequence[Channel] | None = None
) -> Attended | None:
    """Look for trouble and tell what is new or over; None where alerts are not set up.

    Sent first, remembered after: who is killed in between tells it again rather than never. A lease keeps
    two from telling the same at once; the other then has nothing to do.
    """
    settings = load_alerts(house.settings.config_dir)
    if settings is None:
        return None
    moment = now or datetime.now(UTC)
    owner = f"{socket.gethostname()}/{os.getpid()}/{uuid.uuid4().hex[:8]}"
    try:
        with leases.held(house.store, LEASE, owner):
            return _attend(house, settings, moment, channels(settings) if ways is None else ways)
    except Conflict:
        return Attended(0)


def attend_quietly(house: House) -> None:
    """`attend` at the end of a run, which it never makes fail."""
    try:
        attend(house)
    except KanonError as error:
        log.warning("alerts failed", error=error.en)


def test(house: House) -> list[tuple[str, KanonError | None]]:
    """Send a message by every way that is set up: its name, and what went wrong; ConfigError without any."""
    settings = load_alerts(house.settings.config_dir)
    ways = channels(settings) if settings else []
    if settings is None or not ways:
        raise ConfigError(
            "Оповещения не настроены: опишите mail или telegram в файле alerts.yaml.",
            "Alerts are not set up: describe mail or telegram in the file alerts.yaml.",
        )
    russian = settings.language == "ru"
    subject = "Kanon: проверка оповещений" if russian else "Kanon: a test of alerts"
    text = "Это проверка: всё в порядке." if russian else "This is a test: all is well."
    return [(way.name, _sent(way, subject, text)) for way in ways]


def _attend(house: House, settings: Alerts, now: datetime, ways: Sequence[Channel]) -> Attended:
    with house.store.read() as reader:
        found = findings(house, reader, settings, now)
    with house.store.write() as writer:
        alerts.observe(writer, found, now)
        news = alerts.to_tell(writer)
    if settings.quiet and settings.quiet.covers(now):
        return Attended(len(found), quiet=True)
    if settings.escalate:
        escalate(house.store, settings, ways, now)
    if not news or not _tell(settings, news, ways):
        return Attended(len(found))
    with house.store.write() as writer:
        alerts.told(writer, news, now)
    over = sum(notice.recovered_at is not None for notice in news)
    return Attended(len(found), len(news) - over, over)


def _tell(settings: Alerts, news: Sequence[Notice], ways: Sequence[Channel]) -> bool:
    """Whether anybody was told."""
    russian = settings.language == "ru"
    over = [notice for notice in news if notice.recovered_at is not None]
    there = [notice for notice in news if notice.recovered_at is None]
    lines = [notice.message_ru if russian else notice.message_en for notice in there]
    ended = "Прошло" if russian else "Over"
    lines += [f"{ended}: {n.message_ru if russian else n.message_en}" for n in over]
    new = (
        f"новых {len(there)}, прошло {len(over)}"
        if russian
        else f"{len(there)} new, {len(over)} over"
    )
    results = [_sent(way, f"Kanon: {new}", "\n".join(lines)) for way in ways]
    for error in results:
        if error is not None:
            log.warning("alert not sent", error=error.en)
    return any(error is None for error in results)


def _sent(way: Channel, subject: str, text: str) -> KanonError | None:
    try:
        way.send(subject, text)
    except KanonError as error:
        return error
    return None


def findings(house: House, reader: Reader, settings: Alerts, now: datetime) -> list[Finding]:
    """The troubles there are now, of the kinds that are to be told; nothing in them names a record."""
    found: list[Finding] = []
    for connection in house.connections.values():
        if not connection.paused:
            found += _of_source(reader, settings, connection, now)
    for red in trouble.last_red(reader) if settings.red or settings.balance else ():
        if red.state == "unbalanced" and settings.balance:
            found.append(_unbalanced(settings, red))
        elif red.state != "unbalanced" and red.error_kind != "Retryable" and settings.red:
            found.append(_red(settings, red))
    return found


def _of_source(
    reader: Reader, settings: Alerts, connection: Connection, now: datetime
) -> list[Finding]:
    name, found = connection.name, []
    state = sources.state(reader, name)
    seen = Seen(state.last_success, None, state.running, state.pause is not None)
    rhythm = Rhythm(connection.schedule, connection.zone)
    if settings.late and freshness(rhythm, seen, now) == "late":
        found.append(
            Finding(
                "late", name,
                f"Источник {name} опаздывает больше чем на два периода.{_link(settings, f'/sources/{name}')}",
                f"Source {name} is more than two periods late.{_link(settings, f'/sources/{name}')}",
            )
        )  # fmt: skip
    if trouble.refused_since(reader, name, now - DAY, settings.quarantine_rows):
        place = _link(settings, f"/quarantine?connection={name}")
        found.append(
            Finding(
                "quarantine", name,
                f"Карантин источника {name} вырос за сутки на {settings.quarantine_rows} записей или больше.{place}",
                f"The quarantine of source {name} grew by {settings.quarantine_rows} records or more in a day.{place}",
            )
        )  # fmt: skip
    return found


def _red(settings: Alerts, red: trouble.Red) -> Finding:
    place = _link(settings, f"/runs/{red.id}")
    return Finding(
        "red", red.connection,
        f"Запуск {red.id} ({red.connection}) закончился ошибкой {red.error_kind}.{place}",
        f"Run {red.id} ({red.connection}) ended with {red.error_kind}.{place}",
    )  # fmt: skip


def _unbalanced(settings: Alerts, red: trouble.Red) -> Finding:
    place = _link(settings, f"/runs/{red.id}")
    return Finding(
        "balance", red.connection,
        f"В запуске {red.id} ({red.connection}) не сошёлся счёт записей.{place}",
        f"The counts of run {red.id} ({red.connection}) do not add up.{place}",
    )  # fmt: skip


def _link(settings: Alerts, path: str) -> str:
    return f" {settings.site.rstrip('/')}{path}" if settings.site else ""
