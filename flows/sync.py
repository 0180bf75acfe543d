"""Sync one source, or refresh all: the five stages in order, under one run each."""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from connectors.base import Source
from flows.alerts import attend_quietly
from flows.attend import refuse_if_paused
from flows.calls.stage import assemble
from flows.catalogue.offers import offers
from flows.catalogue.stage import catalogue
from flows.correct import carry
from flows.create import remap
from flows.desk import note_day, weigh
from flows.enquiries.acknowledge import acknowledge_quietly
from flows.enquiries.route import route
from flows.enquiries.stage import enquire
from flows.extract import STAGE as EXTRACT
from flows.extract import Window, extract_stream
from flows.house import House
from flows.map import map_stream
from flows.match import match
from flows.merge import merge
from flows.progress import Progress
from flows.publish import publish
from flows.rule_sets import active
from flows.run import Run, Steps, plainly, running
from flows.silence import refuse_silence
from flows.started import MAPPINGS, RULES
from flows.sweep import sweeps
from schemas.errors import Bug, ConfigError, KanonError
from schemas.records import Stream
from store import attention, checkpoints, extensions, owners, quarantine

log = structlog.get_logger()
# For the settle of another source: ours has records of its own to match.
SETTLE_WAITS = timedelta(minutes=10)
MOST_AT_ONCE = 16
# So long a change of how many are read at once waits for those that are being read.
ASKED_EVERY_SECONDS = 1.0
IDENTITY = "identity"  # what match, merge and publish hold the lease of: they see the whole base


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one connection in a refresh; `error` is None when it is green."""

    connection: str
    run_id: int | None
    error: KanonError | None


def sync(
    house: House,
    connection: str,
    *,
    streams: Sequence[str] = (),
    progress: Progress | None = None,
    steps: Steps = plainly,
    windows: Mapping[str, Window] | None = None,
    sweep: bool = False,
    parameters: Mapping[str, str] | None = None,
    at_once: Callable[[], int] | None = None,
) -> int:
    """Read and map everything new of one source; the id of the run. Identities follow by `settle`.

    With `windows` only those streams are read, each in its window. With `sweep` deletions that the
    source does not tell of are found by comparing all keys. `at_once` streams are read at the same time,
    asked again as each ends; without as many as the connection says. Conflict if the source is paused.
    """
    refuse_if_paused(house, connection)
    with running(
        house, "sync", connection, progress=progress, steps=steps, parameters=parameters
    ) as run:
        source = house.source(connection)
        mapped = [house.mapping(connection, name) for name in _wanted(house, connection, streams)]
        run.worked_by({f"{MAPPINGS}{mapping.stream}": mapping.version for mapping in mapped})
        needed = {m.stream for m in mapped} | {join.stream for m in mapped for join in m.joins}
        read = partial(_extract_one, run, connection, steps, windows or {}, sweep=sweep)
        wanted = _to_read(house, source, connection, needed, windows, sweep=sweep)
        _in_parallel(
            at_once or house.connection(connection).concurrency,
            [partial(read, stream) for stream in wanted if not stream.carries],
        )
        # After the sets it carries: a whole read that ends later would bring back older rows.
        _in_parallel(1, [partial(read, stream) for stream in wanted if stream.carries])
        for mapping in mapped:
            work_map = partial(map_stream, run, connection, mapping)
            steps(f"map {connection}.{mapping.stream}", work_map)
            run.obey()
        carry(run, connection)
        if windows is None:
            refuse_silence(run, connection, wanted)
        return run.id


def _extract_one(
    run: Run,
    connection: str,
    steps: Steps,
    windows: Mapping[str, Window],
    stream: Stream,
    *,
    sweep: bool,
) -> None:
    """Extract one stream over a connector of its own: connectors need not be thread-safe."""
    run.obey()
    source = run.house.source(connection)
    work = partial(
        extract_stream,
        run,
        source,
        connection,
        stream,
        windows.get(stream.name),
        sweep=sweep and sweeps(stream, asked=True),
    )
    steps(f"extract {connection}.{stream.name}", work)


def _in_parallel(at_once: int | Callable[[], int], works: Sequence[Callable[[], None]]) -> None:
    """Do all works, so many at once; after an error none is begun, and it is raised when those begun are done."""
    if at_once == 1:
        for work in works:
            work()
        return
    waiting, begun, failed = deque(works), set[Future[None]](), list[BaseException]()
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        while begun or (waiting and not failed):
            most = at_once if isinstance(at_once, int) else at_once()
            while waiting and not failed and len(begun) < max(1, min(most, MOST_AT_ONCE)):
                begun.add(pool.submit(copy_context().run, waiting.popleft()))
            done, begun = wait(begun, ASKED_EVERY_SECONDS, FIRST_COMPLETED)
            failed += [error for one in done if (error := one.exception()) is not None]
    if failed:
        raise failed[0]


def settle(
    house: House,
    *,
    progress: Progress | None = None,
    steps: Steps = plainly,
    parameters: Mapping[str, str] | None = None,
) -> int:
    """Match, merge and publish whatever canonical records changed; the id of the run."""
    with running(
        house, "settle", IDENTITY, progress=progress, wait=SETTLE_WAITS, parameters=parameters
    ) as run:
        with house.store.write() as writer:
            quarantine.reopen_due(writer)
            version = active(writer).model.version
        run.worked_by({RULES: version})
        for stage in (match, merge, publish, assemble, enquire, route, catalogue, offers):
            run.obey()
            steps(stage.__name__, partial(stage, run))
        with house.store.write() as writer:
            owners.follow(writer)
            extensions.note(writer)
        weigh(house)
        return run.id


def refresh(
    house: House,
    *,
    connections: Iterable[str] = (),
    progress: Progress | None = None,
    steps: Steps = plainly,
    sweep: bool = False,
) -> list[Outcome]:
    """Sync every connection that is not paused, then settle; a source that fails stops only itself."""
    names = list(connections) or unpaused(house)
    outcomes = [_sync_alone(house, name, progress, steps, sweep=sweep) for name in names]
    try:
        remap(house, progress=progress)
        outcomes.append(Outcome(IDENTITY, settle(house, progress=progress, steps=steps), None))
        weigh(house, every=True)
        note_day(house)
    except KanonError as error:
        outcomes.append(Outcome(IDENTITY, None, error))
    acknowledge_quietly(house)
    attend_quietly(house)
    return outcomes


def unpaused(house: House) -> list[str]:
    """The connections to be read: neither their file nor a person has paused them."""
    with house.store.read() as reader:
        paused = attention.pauses(reader)
    return [name for name, c in house.connections.items() if not c.paused and name not in paused]


def _sync_alone(
    house: House, name: str, progress: Progress | None, steps: Steps, *, sweep: bool
) -> Outcome:
    try:
        return Outcome(name, sync(house, name, progress=progress, steps=steps, sweep=sweep), None)
    except KanonError as error:
        return Outcome(name, None, error)
    except Exception as error:  # noqa: BLE001  a foreign error of one source must not stop the others
        return Outcome(name, None, _unforeseen(name, error))


def _unforeseen(name: str, error: Exception) -> Bug:
    # Its text may quote a record, so only its kind and its place go to the log (design law 10).
    where = traceback.format_tb(error.__traceback__)
    log.error("unforeseen error", connection=name, error=type(error).__name__, where=where)
    return Bug(
        f"Непредвиденная ошибка при чтении {name}; остальные источники не задеты. Сообщите разработчикам.",
        f"Unforeseen error while reading {name}; the other sources are not affected. Report it.",
        detail=type(error).__name__,
    )


def _wanted(house: House, connection: str, streams: Sequence[str]) -> list[str]:
    mapped = house.mapped_streams(connection)
    unknown = [name for name in streams if name not in mapped]
    if unknown:
        raise ConfigError(
            f"У подключения {connection} нет потока {unknown[0]}. Есть: {', '.join(mapped)}.",
            f"Connection {connection} has no stream {unknown[0]}. Known: {', '.join(mapped)}.",
        )
    return list(streams) or mapped


def _to_read(
    house: House,
    source: Source,
    connection: str,
    needed: set[str],
    windows: Mapping[str, Window] | None,
    *,
    sweep: bool,
) -> list[Stream]:
    """The streams to read, in the source's order; a stream that carries a needed one is needed too.

    Once a carried stream has been read whole, its carrier brings the changes, and only a sweep reads
    it again.
    """
    offered = source.discover()
    if windows is not None:
        return [stream for stream in offered if stream.name in windows]
    carried = {name for stream in offered for name in stream.carries}
    _refuse_missing(connection, needed - {s.name for s in offered} - carried)
    with house.store.read() as reader:
        known = {
            name
            for name in carried
            if checkpoints.get(reader, EXTRACT, connection, name) is not None
        }
    skipped = set() if sweep else known
    return [s for s in offered if (s.name in needed - skipped) or needed & set(s.carries)]


def _refuse_missing(connection: str, missing: set[str]) -> None:
    if missing:
        named = ", ".join(sorted(missing))
        raise ConfigError(
            f"{connection}: источник не отдаёт {named}. Опубликуйте их или уберите из streams.",
            f"{connection}: the source does not offer {named}. Publish them or drop them from streams.",
        )
