"""The `kanon` command."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cyclopts import App

from admin.commands import demo, inspect, look, move, serve, setup
from admin.commands.shell import EXIT_CODES, guarded

app = App(
    name="kanon",
    help="""Integration hub and customer master: many messy systems, one clean customer base.

First steps: `kanon demo` shows the whole way on made-up data. With systems of your own:
`kanon db upgrade`, put a file into var/config/connections, `kanon config check`, `kanon check`,
`kanon sync NAME`, `kanon serve`.
""",
    help_epilogue=EXIT_CODES,
    version="0.1.0",
    result_action="return_value",
)

for module in (demo, setup, inspect, move, look, serve):
    module.register(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(guarded(lambda: app(tokens)))


if __name__ == "__main__":
    main()
