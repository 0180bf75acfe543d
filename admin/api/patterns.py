"""What texts of the API have to look like; `admin.api.faults` has a sentence for each."""

from __future__ import annotations

DIGITS = r"^[0-9]{1,15}$"
NAME = r"^[\w][\w .@:-]{0,59}$"
TAG_NAME = r"^[A-Za-z0-9_.-]{1,40}$"
ONE_LINE = r"^[^\r\n]*$"
REF = r"^[^/]+/[^/]+/[\s\S]+$"
