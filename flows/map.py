"""Map: from landing to canonical records or quarantine. The checkpoint commits with its rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice

import polars as pl

from flows.corrected import Corrections, end_overtaken
from flows.map_plan import STAGE, Plan, Portion, is_done, partners, plan
from flows.map_portion import Joined
from flows.mappers import Mappers, processes_for
from flows.run import Run
from flows.settled import Settled
from mappings.compile import CompiledMapping
from schemas.errors import Unbalanced
from store import canonical, checkpoints, quarantine
from store.engine import Writer

FIRST_LOAD_ROWS = 20_000
# Where no other process maps: steps over names keep to one thread of a portion.
THREADS = 2


@dataclass(frozen=True, slots=True)
class Ready:
    """A portion, what to store of it, and the corrections that its rows have departed from."""

    portion: Portion
    found: Settled
    departed: pl.DataFrame


def map_stream(run: Run, connection: str, mapping: CompiledMapping) -> int:
    """Everything not yet mapped of one stream; how many landed rows were taken.

    A changed mapping, or changed records of a joined stream, send the latest rows through again; equal
    results are not written.
    """
    what = f"{connection}.{mapping.stream}"
    if is_done(run.house, connection, mapping):
        run.progress.begin(STAGE, what, 0)
        run.progress.end(STAGE, what, "0")
        return 0
    joined = partners(run.house, connection, mapping)
    todo = plan(run.house, connection, mapping, joined)
    run.progress.begin(STAGE, what, todo.rows)
    if _is_first_load(run, mapping, todo):
        _load_first(run, connection, mapping, todo, joined)
    else:
        with closing(_mapped_ahead(run, connection, mapping, todo, joined)) as ready:
            for one in ready:
                save = partial(_save_alone, run, connection, mapping, one)
                run.steps(f"map {what} portion", save)
                run.progress.advance(STAGE, what, one.portion.rows)
                run.obey()
    run.progress.end(STAGE, what, f"{todo.rows}")
    return todo.rows


def _is_first_load(run: Run, mapping: CompiledMapping, todo: Plan) -> bool:
    # Reading letters takes so much longer than writing them that each portion is kept as it comes.
    if todo.rows < FIRST_LOAD_ROWS or not todo.distinct or mapping.letters:
        return False
    with run.house.store.read() as reader:
        return canonical.newest(reader, mapping.target) == 0


def _load_first(
    run: Run, connection: str, mapping: CompiledMapping, todo: Plan, joined: Joined
) -> None:
    """All portions in one transaction, bare, indexed at its end: three times faster than one by one."""
    with (
        run.house.store.write() as writer,
        canonical.first_load(writer, mapping.target),
        closing(_mapped_ahead(run, connection, mapping, todo, joined)) as ready,
    ):
        # No key comes twice in it, so none that this load refuses is accepted later in it.
        held = quarantine.holds(writer, _place(connection, mapping))
        for one in ready:
            _save(run, writer, connection, mapping, one, first=True, held=held)
            run.progress.advance(STAGE, f"{connection}.{mapping.stream}", one.portion.rows)


def _mapped_ahead(
    run: Run, connection: str, mapping: CompiledMapping, todo: Plan, joined: Joined
) -> Generator[Ready]:
    """Each portion with its result, in order; the next ones are mapped while this one is being written."""
    processes = processes_for(len(todo.portions), mapping, run.house.settings.mappers)
    told = Corrections.of(run.house, connection, [mapping.stream])
    with Mappers(mapping, connection, joined, processes) as hands:

        def work(portion: Portion) -> Ready:
            given = told.apply(mapping.stream, portion.read())
            return Ready(portion, hands.map(given.rows), given.departed)

        yield from _in_order(
            Breaker(run, connection, mapping.stream),
            hands,
            processes + 1 if processes else THREADS,
            todo.portions,
            work,
        )


def _in_order(
    breaker: Breaker,
    hands: Mappers,
    threads: int,
    portions: list[Portion],
    work: Callable[[Portion], Ready],
) -> Generator[Ready]:
    pool = ThreadPoolExecutor(max_workers=threads)
    try:
        rest = iter(portions)
        waiting = deque(pool.submit(work, some) for some in islice(rest, threads + 1))
        while waiting:
            ready = waiting.popleft().result()
            waiting.extend(pool.submit(work, some) for some in islice(rest, 1))
            breaker.look(ready.found, ready.portion.rows)
            yield ready
    except BaseException:
        # What is still being mapped will not be asked for: no need to wait until it is done.
        hands.close(at_once=True)
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _save_alone(run: Run, connection: str, mapping: CompiledMapping, ready: Ready) -> None:
    with run.house.store.write() as writer:
        _save(run, writer, connection, mapping, ready)


def _save(
    run: Run,
    writer: Writer,
    connection: str,
    mapping: CompiledMapping,
    ready: Ready,
    *,
    first: bool = False,
    held: bool = True,
) -> None:
    stream, portion, found = mapping.stream, ready.portion, ready.found
    save = canonical.append_first if first else canonical.save
    written = save(writer, mapping.target, found.records)
    dropped = (
        0
        if first
        else canonical.remove(writer, mapping.target, found.dropped_in(connection, stream))
    )
    end_overtaken(writer, connection, stream, ready.departed)
    place = _place(connection, mapping)
    if held:
        quarantine.resolve(writer, place, found.accepted)
    quarantine.put(writer, place, found.rejects, run.id)
    run.count(
        writer, STAGE, connection, stream,
        read=portion.rows, canonical=found.canonical, quarantined=found.rejects.height,
        ignored=found.ignored,
        inserted=written.inserted, updated=written.updated, removed=dropped,
    )  # fmt: skip
    checkpoints.put(writer, STAGE, connection, stream, portion.after.cursor(), run_id=run.id)


def _place(connection: str, mapping: CompiledMapping) -> quarantine.Place:
    return quarantine.Place(STAGE, connection, mapping.stream)


class Breaker:
    """Stops a run that produces mostly rejects, before it fills the quarantine."""

    def __init__(self, run: Run, connection: str, stream: str) -> None:
        self._limits = run.house.connection(connection).breaker
        self._what = f"{connection}.{stream}"
        self._rows = self._rejects = 0

    def look(self, found: Settled, rows: int) -> None:
        """Count a portion; Unbalanced once too many of the rows so far were rejected."""
        self._rows += rows
        self._rejects += found.rejects.height
        share = self._rejects / max(self._rows, 1)
        if self._rejects >= self._limits.rows and share > self._limits.share:
            raise Unbalanced(
                f"{self._what}: отказано {self._rejects} из {self._rows} записей, это похоже на ошибку отображения. Ничего из этой порции не записано.",
                f"{self._what}: {self._rejects} of {self._rows} records were rejected, which looks like a wrong mapping. Nothing of this portion was written.",
            )
