"""The `kanon` command. Commands are named as text and imported when they are called."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cyclopts import App

from admin.commands.guard import EXIT_CODES, guarded

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
_GROUPS = {
    "db": App(name="db", help="The store's own tables.", result_action="return_value"),
    "config": App(
        name="config", help="The files that say what to connect.", result_action="return_value"
    ),
    "mapping": App(
        name="mapping",
        help="How source records become canonical ones.",
        result_action="return_value",
    ),
}
_GROUPS["db"].command("admin.commands.setup:db_upgrade", name="upgrade")
_GROUPS["config"].command("admin.commands.setup:config_check", name="check")
_GROUPS["mapping"].command("admin.commands.inspect:mapping_preview", name="preview")
# Said here as well as in the commands, so that `kanon --help` need not import them all.
_COMMANDS = {
    "demo": ("demo", "Show the whole way on a made-up world: four systems, one clean base."),
    "check": ("inspect", "Try a connection: address, login, every stream, clock."),
    "discover": ("inspect", "List the streams a source offers; --requisites profiles where INN stands."),
    "sync": ("move", "Read everything new of one source; --dry-run only shows what would change."),
    "refresh": ("move", "Sync every source, then match, merge and publish."),
    "backfill": ("move", "Read a past window of one stream again, under its own cursor."),
    "replay": ("move", "Send quarantined records through mapping again."),
    "schedule": ("move", "Run the syncs on the schedules of their files, through Prefect."),
    "runs": ("look", "The latest runs, or the balance sheet of one."),
    "quarantine": ("look", "What could not be accepted, and why."),
    "serve": ("serve", "Serve the admin UI and the API on loopback."),
}
for name, (module, title) in _COMMANDS.items():
    app.command(f"admin.commands.{module}:{name}", name=name, help=title)
for group in _GROUPS.values():
    app.command(group)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(guarded(lambda: app(tokens)))


if __name__ == "__main__":
    main()
