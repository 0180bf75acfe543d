"""The night before the night: the same run into a store that is thrown away, its act, and how long it took."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from flows.house import House
from flows.migrate.act import Line, make
from flows.migrate.run import run
from flows.migrate.status import Status, status
from flows.progress import Progress
from store.throwaway import throw_away


@contextmanager
def beside(house: House) -> Iterator[House]:
    """The house over an empty store that is gone at the end of the block."""
    with throw_away(house.store) as store:
        yield replace(house, store=store)


def rehearse(
    house: House, text: str, author: str, progress: Progress | None = None
) -> tuple[Status, list[Line]]:
    """Run a plan over an empty store: how each table went, and the act. Nothing of it is kept.

    Identities are found among the carried records alone: the base they will join is not there.
    """
    with beside(house) as apart:
        number = run(apart, text, author, progress)
        return status(apart, str(number)), make(apart, number, again=False)
