"""Who started a run, and by which versions of mappings and rules it worked: kept among its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from store.migrating import PARAMETER

BY = "by"
MAPPINGS = "mapping "  # and the stream
RULES = "rules"
_WHO: ContextVar[str | None] = ContextVar("started_by", default=None)


@contextmanager
def started_by(who: str) -> Iterator[None]:
    """Runs begun within are of this person; without, nobody is named: the hub began them by itself."""
    token = _WHO.set(who or None)
    try:
        yield
    finally:
        _WHO.reset(token)


def is_part(parameters: Mapping[str, str] | None) -> bool:
    """Whether a run is part of a migration, which finds its parts by these parameters and no others."""
    return bool(parameters) and PARAMETER in (parameters or {})


def with_who(parameters: Mapping[str, str] | None) -> Mapping[str, str] | None:
    """The parameters of a run with who starts it."""
    who = _WHO.get()
    if who is None or is_part(parameters):
        return parameters
    return {**(parameters or {}), BY: who}
