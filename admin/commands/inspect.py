"""`kanon check`, `discover`, `mapping preview`: look before anything is read for good."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from admin.commands.shell import house, language, out, say, show, split_stream
from connectors.base import Source
from flows.look_ahead import first_rows, landed_partners
from mappings.preview import RecordPreview, preview
from schemas.errors import ConfigError

Json = Annotated[
    bool, Parameter("--json", negative="", help="One JSON object a line, for scripts.")
]


def check(connection: str = "", *, json: Json = False) -> int:
    """Try a connection (all without a name): address, login, every stream, clock. Reads no data."""
    rows = []
    with house() as opened:
        for name in [connection] if connection else sorted(opened.connections):
            for probe in opened.source(name).check():
                text = probe.ru if language() == "ru" else probe.en
                rows.append(
                    {"connection": name, "probe": probe.name, "ok": probe.ok, "message": text}
                )
    show(rows, as_json=json, empty=("Подключений нет.", "There are no connections."))
    return 0 if all(row["ok"] for row in rows) else 3


def discover(
    connection: str,
    *,
    requisites: Annotated[
        bool, Parameter(negative="", help="Profile where INN, KPP and OGRN stand.")
    ] = False,
    json: Json = False,
) -> int:
    """List the streams a source offers: key, cursor, deletions, estimated rows."""
    with house() as opened:
        source = opened.source(connection)
        if requisites:
            show(_profiled(source), as_json=json)
            return 0
        mapped = set(opened.mapped_streams(connection))
        rows = [
            {
                "stream": stream.name,
                "key": ", ".join(stream.key),
                "cursor": stream.cursor_kind,
                "deletions": stream.delete_mode,
                "rows": stream.estimated_rows,
                "mapped": stream.name in mapped,
            }
            for stream in source.discover()
        ]
    show(rows, as_json=json, empty=("Источник не отдаёт ничего.", "The source offers nothing."))
    return 0


def _profiled(source: Source) -> list[dict[str, object]]:
    from connectors.ebs.requisites import requisites_probe
    from connectors.ebs.source import EbsSource

    if not isinstance(source, EbsSource):
        raise ConfigError(
            "Профиль реквизитов есть только у Oracle EBS: у других источников место полей известно.",
            "Only Oracle EBS has a requisites profile: elsewhere the place of the fields is known.",
        )
    return requisites_probe(source).to_dicts()


def mapping_preview(
    stream: str,
    *,
    file: Annotated[
        Path | None, Parameter(help="Rows from this CSV or Parquet file instead of the source.")
    ] = None,
    limit: Annotated[int, Parameter(help="How many records.")] = 5,
    json: Json = False,
) -> int:
    """Show what the mapping of CONNECTION.STREAM makes of a few records: source, functions, result, refusal.

    Nothing is stored and no cursor moves.
    """
    connection, name = split_stream(stream)
    with house() as opened:
        mapping = opened.mapping(connection, name)
        now = datetime.now(UTC)
        rows = first_rows(opened, connection, name, file, limit, now)
        records = preview(mapping, rows, landed_partners(opened, connection, mapping), limit)
    if json:
        show([_flat(record) for record in records], as_json=True)
    else:
        for record in records:
            _print_record(record)
    if not records:
        say("Записей нет.", "There are no records.")
    return 0


def _flat(record: RecordPreview) -> dict[str, object]:
    return {
        "key": record.key,
        "ending": record.ending,
        "reason": record.reason,
        "fields": {field.field: field.result for field in record.fields},
    }


def _print_record(record: RecordPreview) -> None:
    mark = {"record": "[green]✓[/]", "rejected": "[red]✗[/]", "ignored": "[dim]–[/]"}[record.ending]
    out.print(f"{mark} [bold]{record.key}[/] {record.reason or ''}")
    show(
        [
            {
                "field": field.field,
                "source": "; ".join(f"{k}={v}" for k, v in field.source.items() if v is not None),
                "functions": " → ".join(field.functions),
                "result": field.result,
                "refusal": field.reason or ", ".join(field.issues),
            }
            for field in record.fields
        ],
        as_json=False,
    )
