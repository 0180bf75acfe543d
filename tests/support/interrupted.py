"""A write that breaks off before its commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from store import Store, Writer


class _BrokenOffError(Exception):
    """Stands for whatever may go wrong at the end of a transaction."""


@contextmanager
def interrupted(store: Store) -> Iterator[Writer]:
    """A write transaction that always fails after the block, at the last moment before the commit."""
    with suppress(_BrokenOffError), store.write() as writer:
        yield writer
        raise _BrokenOffError
