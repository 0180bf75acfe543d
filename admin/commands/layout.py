"""`kanon layout`: which layout the call records of a switch have, with the evidence."""

from __future__ import annotations

from pathlib import Path

import yaml

from admin.commands.guard import out, say
from admin.commands.inspect import Json
from admin.commands.shell import show
from connectors.avaya.evidence import Found
from connectors.avaya.profile import OWN, Proposal, proposed
from schemas.errors import ConfigError

_READ = 1 << 20


def layout(file: Path, *, json: Json = False) -> int:
    """The layout of an Avaya's call records, proposed from some lines of them (200 will do).

    Shows what each field is taken for, how sure that is and why, and the settings to copy into the
    connection. Nothing is stored.
    """
    found = proposed(_lines(file))
    if found is None:
        raise ConfigError(
            "в строках нет ничего похожего на записи о звонках: дайте файл с сырыми строками станции.",
            "nothing in the lines looks like call records: give a file of the switch's raw lines.",
            file=str(file),
        )
    show([_row(one) for one in found.evidence], as_json=json)
    if not json:
        say(
            f"Раскладка {found.name}: ложится {found.fit:.0%} строк из {found.lines}. В подключение:",
            f"Layout {found.name}: {found.fit:.0%} of {found.lines} lines fit. For the connection:",
        )
        out.print(_settings(found), highlight=False)
    return 0


def _lines(file: Path) -> list[bytes]:
    try:
        with file.open("rb") as stream:
            return stream.read(_READ).split(b"\n")
    except OSError as error:
        raise ConfigError(
            "файл не читается: проверьте путь и права.",
            "the file cannot be read: check the path and the rights.",
            file=str(file),
            detail=type(error).__name__,
        ) from error


def _row(one: Found) -> dict[str, object]:
    return {
        "field": one.name,
        "positions": f"{one.first}-{one.last}",
        "sure": f"{one.confidence:.0%}",
        "filled": f"{one.filled:.0%}",
        "why": one.why,
    }


def _settings(found: Proposal) -> str:
    """The settings as YAML."""
    told: dict[str, object] = {"date_order": found.date_order}
    if found.name != OWN:
        return yaml.safe_dump({**told, "layout": found.name}, sort_keys=False)
    layout_ = found.layout
    kept = {"order": list(layout_.order)}
    written = {"date": layout_.date, "dur": layout_.dur, "sec-dur": layout_.sec_dur}
    used = {name: form for name, form in written.items() if name in layout_.columns}
    return yaml.safe_dump({**told, "layout": {**kept, **used}}, sort_keys=False)
