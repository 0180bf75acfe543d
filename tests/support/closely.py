"""Text without what only helps people to read it, so that numbers are found however they are grouped."""

from __future__ import annotations

import re

_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s-]+(?=\d)")


def close(text: str) -> str:
    """`text` with the digits of each number close together."""
    return _BETWEEN_DIGITS.sub("", text)
