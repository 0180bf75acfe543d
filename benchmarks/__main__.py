"""Runs the benchmarks named on the command line, or all of them."""

from __future__ import annotations

import argparse

from benchmarks import landing_to_canonical


def main() -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="counterparties to make")
    parser.add_argument(
        "--pairs", type=int, default=3, help="measurements of each kind, alternating"
    )
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database only")
    options = parser.parse_args()
    engines = [options.only] if options.only else ["postgresql", "sqlite"]
    landing_to_canonical.run(options.rows, options.pairs, engines)


if __name__ == "__main__":
    main()
