"""Small tables that engineers hand over as files."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from schemas.errors import ConfigError


def read_table(file: Path) -> pl.DataFrame:
    """The rows of a CSV (all text) or a Parquet file; ConfigError names the file and the cure."""
    try:
        if file.suffix == ".parquet":
            return pl.read_parquet(file)
        return pl.read_csv(file, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise ConfigError(
            "файл не читается: нужен CSV в UTF-8 с запятыми или Parquet.",
            "the file cannot be read: give a UTF-8 CSV with commas, or Parquet.",
            file=str(file),
            detail=type(error).__name__,
        ) from error
