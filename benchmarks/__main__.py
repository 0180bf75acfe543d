"""Runs the benchmark named first: `./run bench NAME [options]`; without a name, `landing`."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from math import inf
from pathlib import Path


def main() -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    names = parser.add_subparsers(dest="name", required=True)
    for declare in (_of_records, _of_nights, _of_people, _of_messages, _of_goods):
        declare(names)
    options = vars(parser.parse_args(sys.argv[1:] or ["landing"]))
    del options["name"]
    # Peers are slow to import, so a benchmark is imported when it is asked for.
    import_module(f"benchmarks.{options.pop('module')}").run(**options)


Names = argparse._SubParsersAction
ENGINES = ["postgresql", "sqlite"]


def _of_loads(one: argparse.ArgumentParser) -> None:
    one.add_argument("--rows", type=int, default=1_000_000, help="counterparties to make")
    one.add_argument("--pairs", type=int, default=3, help="measurements of each kind, in turn")
    one.add_argument(
        "--only",
        dest="engines",
        nargs=1,
        choices=ENGINES,
        default=ENGINES,
        help="one database only",
    )


def _of_records(names: Names[argparse.ArgumentParser]) -> None:
    one = _named(
        names, "landing", "landing_to_canonical", "landing → canonical beside plain loading"
    )
    _of_loads(one)
    one = _named(
        names,
        "russian-counterparties",
        "russian_counterparties.run",
        "matching beside Splink and others",
    )
    one.add_argument("--rows", type=int, default=100_000, help="rows of each set")
    one.add_argument("--seeds", type=_numbers, default="1,2,3", help="one set per seed")
    one.add_argument(
        "--pairs", type=int, default=1, help="runs of Kanon and Splink per set, in turn"
    )
    contestants = ["kanon", "rules", "splink_peer", "recordlinkage_peer"]
    one.add_argument("--only", choices=contestants, help="one contestant only")
    one.add_argument(
        "--write",
        action="store_true",
        help="write docs/benchmarks.md (or a page of that size) and its CSV",
    )
    one = _named(names, "cluster", "cluster", "matching by one process and by Dask workers")
    one.add_argument("--rows", type=int, default=300_000, help="counterparties to make")
    one.add_argument("--workers", type=_numbers, default="1,2,4", help="so many, one after another")
    one = _named(
        names, "increment", "increment", "settling a few changes beside settling everything"
    )
    one.add_argument("--rows", type=int, default=300_000, help="counterparties to make")


def _of_nights(names: Names[argparse.ArgumentParser]) -> None:
    one = _named(names, "migration", "migration", "a list carried whole, and again")
    _of_loads(one)
    one = _named(
        names,
        "migration-estimate",
        "migration_estimate",
        "how far a migration's estimate is from its run",
    )
    one.add_argument("--companies", type=int, default=80_000, help="size of the legacy base")
    _named(
        names, "real-data", "real_data.run", "two real lists of firms, INN hidden; FEBRL persons"
    )


def _of_people(names: Names[argparse.ArgumentParser]) -> None:
    one = _named(names, "gate", "gate", "search before create: one typed row over many records")
    one.add_argument("--rows", type=int, default=100_000, help="records of the base")
    one.add_argument("--asked", type=int, default=300, help="rows that people type")
    one.add_argument("--home", type=Path, help="keep the base there, or go on with it")
    one = _named(names, "screens", "screens", "pages over many companies beside a plain admin page")
    one.add_argument("--rows", type=int, default=100_000, help="companies to make")
    one.add_argument("--asked", type=int, default=15, help="times each page is asked for")
    one = _named(names, "soak", "soak", "stewards and readers at work all at once")
    one.add_argument("--rows", type=int, default=100_000, help="records of the base")
    one.add_argument("--stewards", type=int, default=20, help="people who answer pairs")
    one.add_argument("--readers", type=int, default=200, help="people who look things up")
    one.add_argument("--seconds", type=int, default=300, help="how long they work")
    one.add_argument("--processes", type=int, default=1, help="processes that answer pages")
    one.add_argument("--think", type=float, default=1, help="times the usual time to think")
    one.add_argument("--home", type=Path, help="keep the base there, or go on with it")
    one = _named(names, "steward", "steward", "a queue answered by keys in a browser")
    one.add_argument("--pairs", type=int, default=500, help="pairs that wait")


def _of_messages(names: Names[argparse.ArgumentParser]) -> None:
    one = _named(
        names, "first-mail", "first_mail", "first sync of a large mailbox, killed and resumed"
    )
    one.add_argument("--letters", type=int, default=100_000, help="letters in the mailbox")
    one.add_argument("--kills", type=int, default=5, help="times the sync is killed")
    one.add_argument("--home", type=Path, help="keep the hub there, or go on with it")
    one.add_argument("--seconds", type=float, default=inf, help="kill it for good after so many")
    one = _named(names, "letters", "letters", "topics and counterparties of held-out letters")
    one.add_argument("--letters", type=int, default=2_000, help="letters to tell the topic of")
    one.add_argument("--learned", type=int, default=2_000, help="letters people corrected before")
    one.add_argument("--topics", action="store_true", help="topics only, no counterparties")
    _named(names, "ami", "ami_trial", "clients of Asterisk's manager interface, one bad switch")
    one = _named(names, "calls", "calls", "call records assembled and attached")
    one.add_argument("--rows", type=int, default=1_000_000, help="call records to make")
    one = _named(names, "live", "live", "a switch heard live, its dial plan answered meanwhile")
    one.add_argument("--seconds", type=int, default=60, help="how long; 600 for the memory")
    one.add_argument("--pace", type=int, default=1_000, help="events a second")


def _of_goods(names: Names[argparse.ArgumentParser]) -> None:
    one = _named(
        names, "nomenclature", "nomenclature", "names of goods read and matched, beside a regex"
    )
    one.add_argument("--rows", type=int, default=1_000_000, help="names to make")


def _named(
    names: Names[argparse.ArgumentParser], name: str, module: str, tells: str
) -> argparse.ArgumentParser:
    """The parser of one benchmark, whose options are the arguments of its module's `run`."""
    found = names.add_parser(name, help=tells)
    found.set_defaults(module=module)
    return found


def _numbers(told: str) -> list[int]:
    return [int(one) for one in told.split(",")]


if __name__ == "__main__":
    main()
