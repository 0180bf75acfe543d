"""Rows as cdr_csv writes them with newcdrcolumns: 21 fields, texts in quotes, an empty answer bare."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from simulators.telephony.leg import Leg

_TIME = "%Y-%m-%d %H:%M:%S"


def write_master_csv(rows: Iterable[Leg], file: Path) -> None:
    """Adds the rows to the end of the file, as the switch does when a row ends."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{line(row)}\n" for row in rows)


def line(row: Leg) -> str:
    """One line of the file."""
    answer = f'"{row.answer:{_TIME}}"' if row.answer else ""
    shown = f'"{row.name}" <{row.src}>'
    before = (
        "",
        row.src,
        row.dst,
        "from-trunk",
        shown,
        row.channel,
        row.dstchannel,
        row.app,
        row.data,
    )
    fields = [
        *map(_quoted, before), _quoted(f"{row.start:{_TIME}}"), answer, _quoted(f"{row.end:{_TIME}}"),
        str(row.duration), str(row.billed), _quoted(row.disposition), _quoted("DOCUMENTATION"),
        _quoted(row.uniqueid), _quoted(""), _quoted(""), _quoted(row.linkedid), str(row.sequence),
    ]  # fmt: skip
    return ",".join(fields)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
