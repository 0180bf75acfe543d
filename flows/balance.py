"""The balance sheet: what came in is what went on, was refused or was left out (design law 1)."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.errors import Unbalanced
from store import runs
from store.engine import Store


@dataclass(frozen=True, slots=True)
class Line:
    """One stream of one run. `difference` is 0, or the run is red."""

    connection: str
    stream: str
    received: int
    landed: int
    unchanged: int
    refused: int
    taken: int
    canonical: int
    quarantined: int
    ignored: int

    @property
    def difference(self) -> int:
        """Rows unaccounted for, on the way to landing and on the way to canonical."""
        extract = self.received - self.landed - self.unchanged - self.refused
        mapping = self.taken - self.canonical - self.quarantined - self.ignored
        return abs(extract) + abs(mapping)


def balance_sheet(store: Store, run_id: int) -> list[Line]:
    """One line per stream of a run, sorted by connection and stream."""
    with store.read() as reader:
        counts = runs.balance(reader, run_id)
    streams = sorted({(c.connection, c.stream) for c in counts if c.stage in ("extract", "map")})
    table = {(c.connection, c.stream, c.stage, c.name): c.value for c in counts}

    def number(stream: tuple[str, str], stage: str, name: str) -> int:
        return table.get((*stream, stage, name), 0)

    return [
        Line(
            *stream,
            received=number(stream, "extract", "received"),
            landed=number(stream, "extract", "landed"),
            unchanged=number(stream, "extract", "unchanged"),
            refused=number(stream, "extract", "refused"),
            taken=number(stream, "map", "taken"),
            canonical=number(stream, "map", "canonical"),
            quarantined=number(stream, "map", "quarantined"),
            ignored=number(stream, "map", "ignored"),
        )
        for stream in streams
    ]


def check_balance(store: Store, run_id: int) -> None:
    """Unbalanced, naming the streams, unless every line's difference is 0."""
    wrong = [line for line in balance_sheet(store, run_id) if line.difference]
    if wrong:
        named = ", ".join(f"{line.connection}.{line.stream}: {line.difference}" for line in wrong)
        raise Unbalanced(
            f"Запуск {run_id} не сходится: {named}. Данные не потеряны; повторите запуск и сообщите разработчикам.",
            f"Run {run_id} does not balance: {named}. No data is lost; run again and report it.",
        )
