"""The `kanon` command. Commands are named as text and imported when they are called."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from importlib import resources

from cyclopts import App

from admin.account import account
from admin.commands.guard import EXIT_CODES, guarded
from flows.started import started_by


def _help(module: str, function: str) -> str:
    """The docstring of a command, read from its file: importing all of them takes seconds."""
    source = resources.files("admin.commands").joinpath(f"{module}.py").read_text(encoding="utf-8")
    bodies = {n.name: n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)}
    return ast.get_docstring(bodies[function]) or ""


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
    "rules": App(
        name="rules",
        help="By what weights and thresholds records are joined, version by version.",
        result_action="return_value",
    ),
    "user": App(
        name="user", help="People who sign in, and their roles.", result_action="return_value"
    ),
    "owner": App(name="owner", help="Whose client each company is.", result_action="return_value"),
    "alerts": App(
        name="alerts",
        help="Who is told of trouble, by mail and Telegram.",
        result_action="return_value",
    ),
    "source": App(name="source", help="Sources that are to wait.", result_action="return_value"),
    "journal": App(
        name="journal", help="Who did what, in a sealed chain.", result_action="return_value"
    ),
    "items": App(
        name="items",
        help="Names of goods: classes, attributes, canonical names.",
        result_action="return_value",
    ),
    "migrate": App(
        name="migrate",
        help="Carry a legacy base over, and prove it.",
        result_action="return_value",
    ),
    "token": App(
        name="token", help="Tokens by which other systems ask.", result_action="return_value"
    ),
}
for group_name, module, function, name in (
    ("db", "setup", "db_upgrade", "upgrade"),
    ("config", "setup", "config_check", "check"),
    ("mapping", "inspect", "mapping_preview", "preview"),
    ("rules", "rules", "rules_show", "show"),
    ("rules", "rules", "rules_diff", "diff"),
    ("rules", "rules", "rules_activate", "activate"),
    ("rules", "rules", "rules_back", "back"),
    ("rules", "audit", "rules_audit", "audit"),
    ("rules", "audit", "rules_threshold", "threshold"),
    ("user", "access", "user_add", "add"),
    ("user", "access", "user_list", "list"),
    ("user", "access", "user_role", "role"),
    ("user", "access", "user_link", "link"),
    ("user", "access", "user_who", "who"),
    ("user", "access", "user_scope", "scope"),
    ("user", "access", "user_off", "off"),
    ("user", "access", "user_second_off", "second-off"),
    ("user", "access", "user_on", "on"),
    ("owner", "owners", "owner_give", "give"),
    ("owner", "owners", "owner_load", "load"),
    ("owner", "owners", "owner_list", "list"),
    ("alerts", "watch", "alerts_check", "check"),
    ("alerts", "watch", "alerts_test", "test"),
    ("source", "watch", "source_pause", "pause"),
    ("source", "watch", "source_resume", "resume"),
    ("source", "watch", "source_paused", "paused"),
    ("journal", "journal", "journal_check", "check"),
    ("journal", "journal", "journal_list", "list"),
    ("items", "items", "items_parse", "parse"),
    ("migrate", "migrate", "migrate_profile", "profile"),
    ("migrate", "migrate", "migrate_plan", "plan"),
    ("migrate", "migrate", "migrate_rehearse", "rehearse"),
    ("migrate", "migrate", "migrate_run", "run"),
    ("migrate", "migrate", "migrate_status", "status"),
    ("migrate", "migrate", "migrate_pause", "pause"),
    ("migrate", "migrate", "migrate_threads", "threads"),
    ("migrate", "migrate", "migrate_resume", "resume"),
    ("migrate", "migrate", "migrate_act", "act"),
    ("migrate", "migrate", "migrate_rollback", "rollback"),
    ("token", "access", "token_add", "add"),
    ("token", "access", "token_list", "list"),
    ("token", "access", "token_revoke", "revoke"),
):
    _GROUPS[group_name].command(
        f"admin.commands.{module}:{function}", name=name, help=_help(module, function)
    )
for module, names in {
    "demo": ("demo",),
    "dedupe": ("dedupe",),
    "inspect": ("check", "discover"),
    "move": ("sync", "refresh", "backfill", "replay", "schedule"),
    "look": ("runs",),
    "find": ("find",),
    "calls": ("calls",),
    "listen": ("listen",),
    "decide": ("merge", "split", "different", "decisions", "withdraw"),
    "values": ("set", "release"),
    "deliver": ("deliver",),
    "serve": ("serve",),
    "layout": ("layout",),
}.items():
    for name in names:
        function = f"{name}_value" if module == "values" else name
        app.command(f"admin.commands.{module}:{function}", name=name, help=_help(module, function))
# An app of its own: what it lists can also be discarded.
app.command("admin.commands.look:waiting_room", name="quarantine", help=_help("look", "quarantine"))
for group in _GROUPS.values():
    app.command(group)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    # What pages ask for is theirs who ask; the hub's own work is nobody's.
    who = "" if tokens[:1] == ["serve"] else account()
    with started_by(who):
        sys.exit(guarded(lambda: app(tokens)))


if __name__ == "__main__":
    main()
