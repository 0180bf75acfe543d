"""How far the estimate of a migration is from the run: over a legacy base it saw samples of.

    ./run bench migration-estimate --companies 80000

Processor seconds of this process, so that what else the machine does counts for nothing.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from config.settings import Settings
from flows.house import open_house
from flows.migrate.estimate import SETTLING, Estimate, _measured, estimate
from flows.migrate.profile import profile
from flows.migrate.rehearse import beside
from flows.migrate.sources import found, save
from flows.sync import settle
from simulators.legacy import write_crm
from simulators.world import World


def run(companies: int) -> None:
    """Print each table's estimate beside what it took."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "var", mappers=0)
        crm = write_crm(World(seed=3, companies=companies), Path(folder) / "crm.db")
        one = found(settings, str(crm), "legacy")
        plan = profile(one.source, "legacy", one.connection)
        save(settings, one, plan)
        house = open_house(settings, create=True)
        told = {e.table: e for e in estimate(house, plan, clock=time.process_time)}
        with beside(house) as apart:
            for table in plan.carried:
                _, took = _measured(apart, plan, table, 10**9, time.process_time)
                _say(told[table.name], took)
            began = time.process_time()
            settle(apart)
            _say(told[SETTLING], time.process_time() - began)
        house.close()


def _say(one: Estimate, took: float) -> None:
    inside = one.low <= took <= one.high
    sys.stdout.write(
        f"{one.table:12} rows {one.rows:8,} from {one.measured:7,}: estimate {one.seconds:6.1f} s "
        f"({one.low:.1f}-{one.high:.1f}), took {took:6.1f} s, error {one.seconds / took - 1:+.0%}, "
        f"{'inside' if inside else 'outside'} the range\n"
    )
