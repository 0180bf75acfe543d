"""Settings of the files connector: where the files lie, and how each kind of file is laid out."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from connectors.registry import Settings
from schemas.records import DeleteMode

Format = Literal["csv", "xlsx", "parquet", "xml", "json"]


class Layout(Settings):
    """One stream: which files, how they are read, what the key is.

    `columns` maps the name of a payload column to where it stands: a heading in a table, a path in XML
    (`СвАдресЮЛ/АдресРФ/@Индекс`) or JSON (`root.FullName`). A table keeps its other columns too.
    `header` counts rows from 1; `none` needs `names`. Without `key` a record is known by its content.
    `repeats`: a second record with a key in one file is refused, or (registers of changes) the last counts.
    `record` is the end of the path of an XML element, or the dotted path of a JSON array.
    """

    patterns: tuple[str, ...] = Field(min_length=1)
    format: Format
    key: tuple[str, ...] = ()
    columns: dict[str, str] = Field(default_factory=dict)
    encoding: str = "auto"
    delimiter: str = Field(default="auto", pattern=r"^(auto|[^\"])$")
    header: Literal["auto", "none"] | int = "auto"
    names: tuple[str, ...] = ()
    sheet: str | None = None
    skip_totals: bool = True
    record: str = ""
    root: str = ""
    repeats: Literal["reject", "last"] = "reject"
    deletes: DeleteMode = "invisible"

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.header == "none" and not self.names:
            raise ValueError("header: none needs names")
        if isinstance(self.header, int) and self.header < 1:
            raise ValueError("header counts from 1")
        if self.format == "xml" and not (self.record and self.root):
            raise ValueError("format: xml needs root and record")
        if self.repeats == "last" and not self.key:
            raise ValueError("repeats: last needs key")
        return self


class FilesSettings(Settings):
    """A folder (or one file) and the layouts of what lies in it, by stream name."""

    path: Path
    streams: dict[str, Layout] = Field(min_length=1)
