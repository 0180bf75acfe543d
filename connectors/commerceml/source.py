"""CommerceML packets (2.03 to 3.1) of a folder as streams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import polars as pl

from connectors.commerceml.records import KEY_COLUMN, SHAPES, Row, Shape
from connectors.commerceml.settings import CommerceMLSettings
from connectors.files.folder import Folder, Located
from connectors.files.frames import Keys, Part, envelope, key_of, text_frame
from connectors.files.reading import batches, chunks
from connectors.files.trees import records, verify
from schemas.errors import ConfigError, KanonError
from schemas.records import Batch, Cursor, Probe, Stream

# Some exchanges send the classifier as a file of its own.
ROOTS = frozenset({"КоммерческаяИнформация", "Классификатор"})


@dataclass(slots=True)
class CommerceML:
    """A folder of packets. A packet that is broken anywhere gives no rows at all."""

    name: str
    settings: CommerceMLSettings
    _verified: set[tuple[str, int, int]] = field(default_factory=set)

    def check(self) -> list[Probe]:
        """Whether the folder can be listed, and whether each packet in it is whole."""
        try:
            files = self._folder().files()
        except KanonError as error:
            return [Probe("folder", False, error.ru, error.en, error.detail)]
        ru, en = f"Пакетов в папке: {len(files)}.", f"Packets in the folder: {len(files)}."
        return [Probe("folder", True, ru, en), *(self._probe(one) for one in files)]

    def discover(self) -> list[Stream]:
        """The streams a packet may carry."""
        return [
            Stream(name, (KEY_COLUMN,), "file", delete_mode=self.settings.deletes)
            for name in SHAPES
        ]

    def clock(self) -> datetime:
        """The clock of this machine; files have no other."""
        return datetime.now(UTC)

    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """Records of packets that are new after `cursor`; ContractBroken names a broken packet."""
        shape = SHAPES.get(stream)
        if shape is None:
            known = ", ".join(SHAPES)
            raise ConfigError(
                f"Потока «{stream}» в CommerceML нет. Есть: {known}.",
                f"CommerceML has no stream '{stream}'. There are: {known}.",
            )
        yield from batches(
            stream, self._folder(), cursor, until, lambda file: self._parts(file, shape)
        )

    def _folder(self) -> Folder:
        return Folder(self.settings.path, self.settings.patterns)

    def _probe(self, file: Located) -> Probe:
        try:
            self._verify(file)
        except KanonError as error:
            return Probe(file.name, False, error.ru, error.en, error.detail)
        return Probe(
            file.name, True, f"Пакет {file.name} цел.", f"The packet {file.name} is whole."
        )

    def _verify(self, file: Located) -> None:
        identity = (file.name, file.size, file.modified)
        if identity not in self._verified:
            verify(file, ROOTS)
            self._verified.add(identity)

    def _parts(self, file: Located, shape: Shape) -> Iterator[Part]:
        self._verify(file)
        rows = (row for element in records(file, shape.wanted) for row in shape.rows(element))
        keys = Keys()
        number = 0
        for some in chunks(_last(rows) if shape.last_wins else rows):
            places = [f"{file.name} #{number + at}" for at in range(1, len(some) + 1)]
            number += len(some)
            yield keys.accept(_framed(some, file.name), places)


def _last(rows: Iterator[Row]) -> Iterator[Row]:
    """Each record once, as it stood last; records without a key all pass, to be refused later."""
    by_key: dict[str, Row] = {}
    for row in rows:
        key = row.get(KEY_COLUMN)
        if key:
            by_key[key] = row
        else:
            yield row
    yield from by_key.values()


def _framed(rows: list[Row], file: str) -> pl.DataFrame:
    frame = text_frame([{KEY_COLUMN: None, **row} for row in rows])
    return envelope(frame, key_of(frame, [KEY_COLUMN], file), _deleted(frame))


def _deleted(frame: pl.DataFrame) -> pl.Expr:
    marks = [pl.lit(False)]
    if "ПометкаУдаления" in frame.columns:
        marks.append(pl.col("ПометкаУдаления").str.to_lowercase() == "true")
    marks += [
        pl.col(column).str.strip_chars() == "Удален"
        for column in ("Статус", "@Статус")
        if column in frame.columns
    ]
    return pl.any_horizontal(marks)
