"""What travels between a source and the hub: streams, cursors, batches, probes.

A batch is columns, not rows: a Polars data frame (Arrow memory). Payload columns are verbatim, in the
source's own names; three reserved columns tell the hub what it must know about any record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import polars as pl

from schemas.errors import ContractBroken

KEY = "_key"
CHANGED_AT = "_changed_at"
DELETED = "_deleted"
ENVELOPE: Mapping[str, pl.DataType] = {
    KEY: pl.String(),
    CHANGED_AT: pl.Datetime("us", "UTC"),
    DELETED: pl.Boolean(),
}
REJECTS: Mapping[str, pl.DataType] = {
    "key": pl.String(),
    "reason": pl.String(),
    "field": pl.String(),
    "value": pl.String(),
    "message_ru": pl.String(),
    "message_en": pl.String(),
    "payload": pl.String(),
}

Scalar = str | int | float | bool | None
CursorKind = Literal["timestamp", "message", "version", "snapshot", "file"]
DeleteMode = Literal["tombstones", "key_sweep", "invisible"]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where reading may resume; opaque to everyone but the connector that made it."""

    value: Mapping[str, Scalar]
    version: int = 1

    def dumps(self) -> str:
        """The same cursor as sorted JSON, equal text for equal cursors."""
        body = {"version": self.version, "value": dict(self.value)}
        return json.dumps(body, sort_keys=True, ensure_ascii=False)

    @classmethod
    def loads(cls, text: str) -> Cursor:
        """The cursor written by `dumps`; ContractBroken if the text is something else."""
        try:
            body = json.loads(text)
            return cls(value=body["value"], version=body["version"])
        except (ValueError, KeyError, TypeError) as error:
            raise ContractBroken(
                "Сохранённый курсор не читается; перемотайте поток явно.",
                "The stored cursor cannot be read; rewind the stream explicitly.",
                detail=repr(error),
            ) from error

    def expect(self, version: int) -> Mapping[str, Scalar]:
        """The cursor's value, if it was written by this `version` of the connector, else ContractBroken."""
        if self.version != version:
            raise ContractBroken(
                f"Курсор версии {self.version}, а коннектор понимает {version}: перечитайте поток заново.",
                f"The cursor has version {self.version}, the connector reads {version}: reload the stream.",
            )
        return self.value


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of record a source offers, and what may be expected of reading it.

    `lag` is how far behind the source's clock reading stops, `lookback` how far before the last
    cursor it starts again: rows committed late inside it are seen (handbook 3.3).
    `carries` names further streams whose rows arrive inside this one (a 1C exchange plan).
    """

    name: str
    key: tuple[str, ...]
    cursor_kind: CursorKind
    delete_mode: DeleteMode = "invisible"
    ordered: bool = True
    lag: timedelta = timedelta(0)
    lookback: timedelta = timedelta(0)
    estimated_rows: int | None = None
    carries: tuple[str, ...] = ()


def no_rejects() -> pl.DataFrame:
    """An empty table of rejected records, with the columns of `REJECTS`."""
    return pl.DataFrame(schema=dict(REJECTS))


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one stream, and the cursor that is valid once they are stored.

    `rows` holds the payload columns, verbatim, and the reserved columns of `ENVELOPE`.
    `cursor` None means: not a place to stop, store me together with the next batch that has one.
    `rejects` are records the connector could read but not accept, such as a row with too many cells.
    `files` are the names of the files that are read whole with this batch: what was refused of them
    before, and is not now, has been mended.
    """

    stream: str
    rows: pl.DataFrame
    cursor: Cursor | None
    rejects: pl.DataFrame = field(default_factory=no_rejects)
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing `check` tried: its name, whether it holds, and a sentence for the user."""

    name: str
    ok: bool
    ru: str
    en: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """Something to write into a target system; `idempotency_key` makes repeats harmless."""

    stream: str
    key: str
    idempotency_key: str
    payload: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Ack:
    """The target's answer to one command."""

    idempotency_key: str
    accepted: bool
    external_key: str = ""
    message: str = ""
