"""From a source's own records to canonical ones: mapping files, their compiler, cleaning functions."""

from mappings.compile import CompiledMapping
from mappings.load import load_mapping, read_mapping, shipped_streams
from mappings.preview import FieldPreview, RecordPreview, preview, preview_table
from mappings.reading import Join
from mappings.verdict import Mapped

__all__ = [
    "CompiledMapping",
    "FieldPreview",
    "Join",
    "Mapped",
    "RecordPreview",
    "load_mapping",
    "preview",
    "preview_table",
    "read_mapping",
    "shipped_streams",
]
