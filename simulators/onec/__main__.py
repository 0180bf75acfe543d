"""`python -m simulators.onec --port 8080`: a 1C publication for trying things by hand."""

from __future__ import annotations

import argparse
import sys
import threading

from simulators.onec import Publication, build_base, serve
from simulators.world import World


def main() -> None:
    """Serves until interrupted; prints the address and the login on standard output."""
    parser = argparse.ArgumentParser(prog="simulators.onec", description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--companies", type=int, default=1000)
    options = parser.parse_args()
    publication = Publication(build_base(World(options.seed, options.companies)))
    with serve(publication, options.port) as running:
        sys.stdout.write(f"{running.url}\n{running.user} / {running.password}\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
