"""Where the recording of a call lies: a file inside the folder that is named for its switch, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from config.telephony import Recordings, Telephony

_FIELDS = ("recording", "linked", "number", "did", "employee")
# MixMonitor writes .wav49 as .WAV and says nothing of it.
_ALSO = {".wav49": ".WAV"}


def named(rules: Telephony, call: Mapping[str, Any]) -> bool:
    """Whether its switch records, and the call says enough to find the file."""
    kept = rules.recordings.get(call["connection"])
    return kept is not None and bool(_name(kept, call))


def file_of(rules: Telephony, call: Mapping[str, Any]) -> Path | None:
    """The file of a call's recording, if it is there; a name that leads out of the folder names nothing."""
    kept = rules.recordings.get(call["connection"])
    name = _name(kept, call) if kept else ""
    if kept is None or not name or "\0" in name:
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


def _name(kept: Recordings, call: Mapping[str, Any]) -> str:
    told = {name: call.get(name) or "" for name in _FIELDS}
    if "{recording}" in kept.path and not told["recording"]:
        return ""
    began: datetime = call["started_at"].astimezone(ZoneInfo(kept.zone))
    return kept.path.format(**told, started=began)
