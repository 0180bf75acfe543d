"""Frames and a few words through a pipe between two processes of one Kanon (docs/adr/0004).

A message is a line of JSON, the lengths of its frames among it, and then the frames as Arrow. Nothing
touches the disk, so nothing is left behind, whoever dies.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import IO, Any

import polars as pl

from flows.settled import Settled
from mappings.compile import CompiledMapping
from mappings.registry import shipped
from mappings.spec import MappingSpec

# Plain strings, not views: a quarter cheaper to read again, and the reader is who is waited for.
_PLAIN = pl.CompatLevel.oldest()


def send(pipe: IO[bytes], words: Mapping[str, Any], frames: Sequence[pl.DataFrame] = ()) -> None:
    """Write one message; OSError if nobody reads any more."""
    bodies = [_packed(frame) for frame in frames]
    line = json.dumps({**words, "sizes": [len(body) for body in bodies]})
    pipe.write(line.encode() + b"\n")
    for body in bodies:
        pipe.write(body)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[dict[str, Any], list[pl.DataFrame]]:
    """The next message; EOFError if its writer has gone, also in the midst of it."""
    line = pipe.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    words: dict[str, Any] = json.loads(line)
    return words, [_unpacked(pipe, size) for size in words.pop("sizes")]


def _packed(frame: pl.DataFrame) -> memoryview:
    buffer = io.BytesIO()
    frame.write_ipc(buffer, compat_level=_PLAIN)
    return buffer.getbuffer()


def _unpacked(pipe: IO[bytes], size: int) -> pl.DataFrame:
    body = pipe.read(size)
    if len(body) < size:
        raise EOFError
    return pl.read_ipc(body)


def told(mapping: CompiledMapping) -> dict[str, str]:
    """A mapping in words; one with functions of its own cannot be told (`can_be_told`)."""
    spec = mapping.spec.model_dump_json(by_alias=True)
    return {"spec": spec, "version": mapping.version}


def can_be_told(mapping: CompiledMapping) -> bool:
    """Whether another process knows the mapping's functions by their names."""
    return mapping.registry is shipped()


def understood(words: Mapping[str, str]) -> CompiledMapping:
    """The mapping that was `told`: the very same, whatever its files may say meanwhile."""
    return CompiledMapping(
        MappingSpec.model_validate_json(words["spec"]), words["version"], shipped()
    )


def send_settled(pipe: IO[bytes], found: Settled) -> None:
    """Write the fate of a portion."""
    keys = (found.accepted, found.dropped)
    frames = [found.records, found.rejects, *(series.to_frame("key") for series in keys)]
    send(pipe, {"canonical": found.canonical, "ignored": found.ignored}, frames)


def receive_settled(pipe: IO[bytes]) -> Settled:
    """The fate of a portion; EOFError if its mapper has gone."""
    words, (records, rejects, accepted, dropped) = receive(pipe)
    return Settled(
        records, rejects, accepted["key"], dropped["key"], words["canonical"], words["ignored"]
    )
