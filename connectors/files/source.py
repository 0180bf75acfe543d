"""Files people and registers give: CSV, Excel, Parquet, XML, JSON, one stream per layout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from connectors.files.csvfile import read_csv
from connectors.files.folder import Folder, Located
from connectors.files.frames import Keys, Part, Row, envelope, key_of, text_frame
from connectors.files.grid import Table, tables
from connectors.files.reading import ROWS, batches, chunks
from connectors.files.settings import FilesSettings, Layout
from connectors.files.structured import json_rows, read_parquet, xml_rows
from connectors.files.workbook import read_xlsx
from schemas.errors import ConfigError, KanonError
from schemas.records import KEY, Batch, Cursor, Probe, Stream


@dataclass(frozen=True, slots=True)
class Files:
    """A folder of files with known layouts. A broken file gives no rows at all."""

    name: str
    settings: FilesSettings

    def check(self) -> list[Probe]:
        """Whether the folder can be listed, and whether each stream's newest file can be read."""
        probes = []
        for stream, layout in self.settings.streams.items():
            try:
                files = self._folder(layout).files()
                read = sum(part.rows.height for one in files[-1:] for part in _parts(one, layout))
            except KanonError as error:
                probes.append(Probe(stream, False, error.ru, error.en, error.detail))
                continue
            ru = f"Поток {stream}: файлов {len(files)}, в последнем записей {read}."
            en = f"Stream {stream}: {len(files)} files, {read} records in the last."
            probes.append(Probe(stream, bool(files), ru, en))
        return probes

    def discover(self) -> list[Stream]:
        """One stream per layout."""
        return [
            Stream(name, layout.key or (KEY,), "file", delete_mode=layout.deletes)
            for name, layout in self.settings.streams.items()
        ]

    def clock(self) -> datetime:
        """The clock of this machine; files have no other."""
        return datetime.now(UTC)

    def read(self, stream: str, cursor: Cursor | None, until: datetime) -> Iterator[Batch]:
        """Records of files that are new after `cursor`; ContractBroken names a broken file."""
        layout = self._layout(stream)
        yield from batches(
            stream, self._folder(layout), cursor, until, lambda file: _parts(file, layout)
        )

    def _folder(self, layout: Layout) -> Folder:
        return Folder(self.settings.path, layout.patterns)

    def _layout(self, stream: str) -> Layout:
        layout = self.settings.streams.get(stream)
        if layout is None:
            known = ", ".join(self.settings.streams)
            raise ConfigError(
                f"Потока «{stream}» в настройках нет. Есть: {known}.",
                f"The settings have no stream '{stream}'. There are: {known}.",
            )
        return layout


def _parts(file: Located, layout: Layout) -> Iterator[Part]:
    keys = Keys(by_content=not layout.key)
    read = _tables(file, layout)
    for table in _last(read, layout, file.name) if layout.repeats == "last" else read:
        frame = table.frame
        rows = envelope(frame, key_of(frame, layout.key, file.name))
        part = keys.accept(rows, table.places)
        yield Part(part.rows, pl.concat([table.rejects, part.rejects]))


def _last(read: Iterable[Table], layout: Layout, file: str) -> Iterator[Table]:
    """The file as one table in which a repeated key stands once, as it stood last."""
    every = list(read)
    if not every:
        return
    frame = pl.concat([table.frame for table in every], how="diagonal")
    key = key_of(frame, layout.key, file)
    last = key.is_last_distinct() | key.is_null()
    places = [place for table in every for place in table.places]
    kept = [place for place, keep in zip(places, last, strict=True) if keep]
    yield Table(frame.filter(last), kept, pl.concat([table.rejects for table in every]))


def _tables(file: Located, layout: Layout) -> Iterator[Table]:
    match layout.format:
        case "csv":
            grid = read_csv(file.read(), layout.encoding, layout.delimiter, file.name, lenient=True)
            yield from tables(grid, layout, ROWS)
        case "xlsx":
            yield from tables(read_xlsx(file.read(), layout.sheet, file.name), layout, ROWS)
        case "parquet":
            frame = read_parquet(file.read(), file.name)
            for some in frame.iter_slices(ROWS):
                yield Table(some, _places(file, some.height))
        case "xml":
            yield from _from_rows(file, xml_rows(file, layout))
        case "json":
            yield from _from_rows(file, json_rows(file.read(), layout, file.name))


def _from_rows(file: Located, rows: Iterable[Row]) -> Iterator[Table]:
    done = 0
    for some in chunks(rows):
        yield Table(text_frame(some), _places(file, len(some), done))
        done += len(some)


def _places(file: Located, count: int, before: int = 0) -> list[str]:
    return [f"{file.name} #{before + at}" for at in range(1, count + 1)]
