"""Arrays a stage leaves for those who come after it: files beside landing, named by a checkpoint row.

A snapshot only saves work: whoever finds none, or one it cannot read, computes anew. Its folder is whole
before the checkpoint that names it commits, so a killed run leaves at most a folder nobody points at.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from schemas.records import Cursor
from store import checkpoints
from store.bucket import Bucket
from store.engine import Reader, Store, Writer
from store.files import UNFINISHED, Root

Array = npt.NDArray[Any]
Facts = Mapping[str, Any]
_NAME, _FACTS, _BESIDE = "snapshot", "facts.json", "snapshots"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`arrays` by name, mapped from their files and read as they are touched, and `facts` about them."""

    name: str
    arrays: Mapping[str, Array]
    facts: Facts


def folder(landing: Root) -> Path:
    """Where snapshots lie on this machine: beside the landing folder, or in the cache of object storage."""
    return (landing.cache if isinstance(landing, Bucket) else landing.parent) / _BESIDE


def write(
    landing: Root, arrays: Mapping[str, Array], facts: Facts, before: str = "", kept: Sequence[str] = ()
) -> str:  # fmt: skip
    """The name of a new snapshot, safely stored, that nobody knows of until it is `put`.

    The arrays `kept` are those of the snapshot `before`: their files are shared with it, where it still lies there.
    """
    name = uuid.uuid4().hex
    unfinished = folder(landing) / f"{name}{UNFINISHED}"
    unfinished.mkdir(parents=True)
    for array, values in arrays.items():
        shared = folder(landing) / before / f"{array}.npy"
        if array not in kept or not _shared(shared, unfinished / shared.name):
            _write(unfinished / shared.name, values)
    (unfinished / _FACTS).write_text(json.dumps(dict(facts)), encoding="utf-8")
    if isinstance(landing, Bucket):
        for part in sorted(unfinished.iterdir()):
            landing.sibling(_BESIDE).write(f"{name}/{part.name}", part.read_bytes())
    unfinished.rename(unfinished.with_suffix(""))
    return name


def _shared(file: Path, place: Path) -> bool:
    """Whether `file` could be given a second name: not every file system can, and it may be gone."""
    try:
        os.link(file, place)
    except OSError:
        return False
    return True


def _write(place: Path, values: Array) -> None:
    with place.open("wb") as file:
        np.save(file, values, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())


def put(writer: Writer, stage: str, name: str, *, run_id: int | None = None) -> None:
    """Make the snapshot `name` the one of `stage`, if `writer`'s transaction commits."""
    checkpoints.put(writer, stage, "", "", Cursor({_NAME: name}), name=_NAME, run_id=run_id)


def current(reader: Reader, stage: str) -> str | None:
    """The name of the snapshot of `stage`; None before the first."""
    cursor = checkpoints.get(reader, stage, "", "", name=_NAME)
    return None if cursor is None else str(cursor.value.get(_NAME))


def is_there(reader: Reader, stage: str) -> bool:
    """Whether the snapshot of `stage` lies where its name says; a copy of a store may lack it."""
    name = current(reader, stage)
    return name is not None and _fetched(reader.landing, name)


def _fetched(landing: Root, name: str) -> bool:
    """Whether the snapshot is on this machine now; one left by another machine is fetched."""
    place = folder(landing) / name
    if (place / _FACTS).exists():
        return True
    if not isinstance(landing, Bucket):
        return False
    stored = landing.sibling(_BESIDE)
    found = [path for path, _ in stored.files() if path.startswith(f"{name}/")]
    if f"{name}/{_FACTS}" not in found:
        return False
    unfinished = place.with_suffix(f".{uuid.uuid4().hex[:8]}{UNFINISHED}")
    unfinished.mkdir(parents=True)
    for path in found:
        (unfinished / Path(path).name).write_bytes(stored.read(path))
    with suppress(OSError):  # another process of this machine was quicker
        unfinished.rename(place)
    return place.exists()


def read(landing: Root, name: str) -> Snapshot | None:
    """The snapshot, its arrays mapped into memory; None if it is not there or cannot be read."""
    place = folder(landing) / name
    if not _fetched(landing, name):
        return None
    try:
        facts = json.loads((place / _FACTS).read_text(encoding="utf-8"))
        files = sorted(place.glob("*.npy"))
        arrays = {file.stem: np.load(file, mmap_mode="r", allow_pickle=False) for file in files}
    except (OSError, ValueError, EOFError):
        return None
    return Snapshot(name, arrays, facts)


def sweep(store: Store, stage: str) -> list[str]:
    """Delete every snapshot but the current one of `stage`; the names of those deleted.

    Whoever has one of them open goes on reading it.
    """
    with store.read() as reader:
        kept = current(reader, stage)
    root = folder(store.landing)
    gone = [place for place in sorted(root.glob("*")) if place.name != kept]
    for place in gone:
        shutil.rmtree(place, ignore_errors=True)
    if isinstance(store.landing, Bucket):
        stored = store.landing.sibling(_BESIDE)
        stored.remove([path for path, _ in stored.files() if path.partition("/")[0] != kept])
    return [place.name for place in gone]
