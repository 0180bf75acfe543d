"""`kanon serve`: the admin UI and the API, on loopback."""

from __future__ import annotations

import uvicorn

from admin.commands.shell import house, say
from admin.settings import Environment
from admin.wiring import site_of
from flows.house import House


def serve(*, port: int = 8600) -> int:
    """Serve the pages and the API on http://127.0.0.1:PORT until Ctrl-C."""
    with house() as opened:
        say(
            f"Kanon: http://127.0.0.1:{port}  (Ctrl-C — стоп)",
            f"Kanon: http://127.0.0.1:{port}  (Ctrl-C stops)",
        )
        serve_house(opened, port)
    return 0


def serve_house(opened: House, port: int, environment: Environment = "prod") -> None:
    """Serve an opened house until interrupted."""
    uvicorn.run(site_of(opened, environment), host="127.0.0.1", port=port, log_level="warning")
