"""Four sources of one world, ready to be read: an ERP database, a 1C server, exchange files, a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from simulators.commerceml import write_packets
from simulators.ebs import Ebs, build_ebs
from simulators.legacy import write_csv, write_workbook
from simulators.onec import OneC, Publication, build_base, serve
from simulators.world import World


@dataclass(frozen=True)
class Demo:
    """Where each source is and how to enter it; `truth` says what every record really is."""

    world: World
    ebs: Ebs
    onec: OneC
    commerceml: Path
    spreadsheet: Path
    csv: Path

    @property
    def truth(self) -> pl.DataFrame:
        """source, stream, key → legal entity, unit and labels of what is wrong with the record."""
        return self.world.truth()

    def change_onec(self, n: int = 3) -> list[str]:
        """Ref_Keys of `n` counterparties edited in 1C just now, registered in its exchange plan."""
        return self.onec.base.change(n)


@contextmanager
def start_demo(
    folder: Path, seed: int = 1, companies: int = 10_000, port: int = 0
) -> Iterator[Demo]:
    """Builds all four sources under `folder` and serves 1C on loopback until the block ends.

    With the default size about 22 000 counterparty records: EBS 8 800 parties, 1C 6 900, CommerceML
    2 900, spreadsheet 1 900.
    """
    folder.mkdir(parents=True, exist_ok=True)
    world = World(seed, companies)
    ebs = build_ebs(world, folder / "ebs.sqlite")
    write_packets(world, folder / "commerceml", parts=2)
    spreadsheet = write_workbook(world, folder / "files" / "clients.xlsx")
    listing = write_csv(world, folder / "csv" / "clients.csv")
    with serve(Publication(build_base(world)), port) as onec:
        yield Demo(world, ebs, onec, folder / "commerceml", spreadsheet, listing)
