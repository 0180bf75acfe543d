"""Settings of a CommerceML folder."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from connectors.registry import Settings
from schemas.records import DeleteMode


class CommerceMLSettings(Settings):
    """Where the packets lie.

    `deletes`: what the absence of a record means. `tombstones`: only marks in the packet delete;
    `key_sweep`: a packet with СодержитТолькоИзменения="false" withdraws what it does not name.
    """

    path: Path
    patterns: tuple[str, ...] = Field(default=("*.xml",), min_length=1)
    deletes: DeleteMode = "tombstones"
