"""Letters as bytes of MIME, told apart: who, when, what he wrote, what he quoted, what hangs on it."""

from __future__ import annotations

from mappings.letters.letter import Letter, parsed

__all__ = ["Letter", "parsed"]
