"""Runs the benchmark named first on the command line: `./run bench NAME [options]`."""

from __future__ import annotations

import argparse
from pathlib import Path


def main() -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    names = parser.add_subparsers(dest="name", required=True)
    _landing(names.add_parser("landing", help="landing → canonical beside plain loading"))
    _linkage(names.add_parser("russian-counterparties", help="matching beside Splink and others"))
    few = names.add_parser("increment", help="settling a few changes beside settling everything")
    few.add_argument("--rows", type=int, default=300_000, help="counterparties to make")
    _gate(names.add_parser("gate", help="search before create: one typed row over many records"))
    screens = names.add_parser(
        "screens", help="pages over many companies beside a plain admin page"
    )
    screens.add_argument("--rows", type=int, default=100_000, help="companies to make")
    screens.add_argument("--asked", type=int, default=15, help="times each page is asked for")
    steward = names.add_parser("steward", help="a queue answered by keys in a browser")
    steward.add_argument("--pairs", type=int, default=500, help="pairs that wait")
    names.add_parser("real-data", help="two real lists of firms, INN hidden; FEBRL persons")
    options = parser.parse_args()
    if options.name == "landing":
        from benchmarks import landing_to_canonical

        engines = [options.only] if options.only else ["postgresql", "sqlite"]
        landing_to_canonical.run(options.rows, options.pairs, engines)
    elif options.name == "increment":
        from benchmarks import increment

        increment.run(options.rows)
    elif options.name == "gate":
        from benchmarks import gate

        gate.run(options.rows, options.asked, options.home)
    elif options.name == "screens":
        from benchmarks import screens as pages

        pages.run(options.rows, options.asked)
    elif options.name == "steward":
        from benchmarks import steward as by_keys

        by_keys.run(options.pairs)
    elif options.name == "real-data":
        from benchmarks.real_data.run import run as run_real

        run_real()
    else:
        from benchmarks.russian_counterparties.run import run

        seeds = [int(seed) for seed in options.seeds.split(",")]
        run(options.rows, seeds, options.pairs, write=options.write, only=options.only)


def _landing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, default=1_000_000, help="counterparties to make")
    parser.add_argument("--pairs", type=int, default=3, help="measurements of each kind, in turn")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database only")


def _gate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, default=100_000, help="records of the base")
    parser.add_argument("--asked", type=int, default=300, help="rows that people type")
    parser.add_argument("--home", type=Path, help="keep the base there, or go on with it")


def _linkage(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, default=100_000, help="rows of each set")
    parser.add_argument("--seeds", default="1,2,3", help="one set per seed")
    parser.add_argument(
        "--pairs", type=int, default=1, help="runs of Kanon and Splink per set, in turn"
    )
    contestants = ["kanon", "rules", "splink_peer", "recordlinkage_peer"]
    parser.add_argument("--only", choices=contestants, help="one contestant only")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md and its CSV")


if __name__ == "__main__":
    main()
