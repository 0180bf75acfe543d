"""Where the recording of a call lies: inside the folder or under the address named for its switch, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from config.telephony import Recordings, Telephony

_FIELDS = ("recording", "linked", "number", "did", "employee")
# MixMonitor writes .wav49 as .WAV and says nothing of it.
_ALSO = {".wav49": ".WAV"}
_LONGEST = 1_000


def named(rules: Telephony, call: Mapping[str, Any]) -> bool:
    """Whether its switch records, and the call says enough to find the file."""
    kept = rules.recordings.get(call["connection"])
    return kept is not None and bool(_name(kept, call))


def file_of(rules: Telephony, call: Mapping[str, Any]) -> Path | None:
    """The file of a call's recording, if it is there; a name that leads out of the folder names nothing."""
    kept = rules.recordings.get(call["connection"])
    name = _name(kept, call) if kept else ""
    if kept is None or kept.folder is None or not name or "\0" in name:
        return None
    try:
        folder = kept.folder.resolve()
        wanted = folder / name
        for candidate in (wanted, wanted.with_suffix(_ALSO.get(wanted.suffix, wanted.suffix))):
            real = candidate.resolve()
            if real.is_relative_to(folder) and real.is_file():
                return real
    except (OSError, ValueError, RuntimeError):
        return None
    return None


def address_of(rules: Telephony, call: Mapping[str, Any]) -> str | None:
    """The address of a call's recording, where a server gives them out; None for a name that leads elsewhere."""
    kept = rules.recordings.get(call["connection"])
    if kept is None or kept.address is None:
        return None
    name = _name(kept, call).removeprefix(kept.address)
    parts = name.split("/")
    strange = any(ord(sign) < 32 or sign == "\\" for sign in name)
    if strange or len(name) > _LONGEST or any(part in {"", ".", ".."} for part in parts):
        return None
    # All but the slashes is quoted: a question mark or a per cent sign is part of a name.
    return kept.address + quote(name, safe="/")


def _name(kept: Recordings, call: Mapping[str, Any]) -> str:
    told = {name: call.get(name) or "" for name in _FIELDS}
    if "{recording}" in kept.path and not told["recording"]:
        return ""
    began: datetime = call["started_at"].astimezone(ZoneInfo(kept.zone))
    return kept.path.format(**told, started=began)
