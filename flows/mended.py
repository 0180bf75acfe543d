"""What a file no longer contains: refused rows without a key are closed when their file is read again."""

from __future__ import annotations

import polars as pl

from schemas.records import Batch
from store import quarantine
from store.engine import Writer


def close_mended(writer: Writer, connection: str, stream: str, batches: list[Batch]) -> int:
    """Close what earlier readings of the files of `batches` refused and this one did not; how many.

    To be called in the transaction that landed the batches, which hold those files whole.
    """
    files = [name for batch in batches for name in batch.files]
    if not files:
        return 0
    place = quarantine.Place("extract", connection, stream)
    return quarantine.reread(writer, place, files, pl.concat(b.rejects for b in batches))
