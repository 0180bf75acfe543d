"""Schedules: the deployments of each scheduled connection, from its file, and a server to run them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import httpx
import structlog
from prefect import serve
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.context import SettingsContext, get_settings_context
from prefect.schedules import Cron
from prefect.settings import Settings as PrefectSettings
from prefect.types.entrypoint import EntrypointType

from config.alerts import load_alerts
from config.connections import Connection
from flows.house import House
from flows.orchestrate import alerts_flow, limit_of, sync_flow
from schemas.errors import ConfigError, Retryable

log = structlog.get_logger()
WATCHES = "*/5 * * * *"
HEALTHY_WITHIN = 120.0  # a first start on a slow machine takes 20-60 s


def deployments(house: House) -> list[Any]:
    """A sync and a sweep of every connection that is not paused, those of them that have a schedule.

    And a look for trouble every few minutes, where alerts are set up.
    """
    planned = [
        _deployment(connection, name, schedule, sweep=sweep)
        for connection in house.connections.values()
        for name, schedule, sweep in (
            (connection.name, connection.schedule, False),
            (f"{connection.name}-sweep", connection.sweep_schedule, True),
        )
        if schedule and not connection.paused
    ]
    if planned and load_alerts(house.settings.config_dir) is not None:
        planned.append(_watch())
    return planned


def _watch() -> Any:
    return alerts_flow.to_deployment(
        name="alerts",
        schedule=Cron(WATCHES),
        entrypoint_type=EntrypointType.MODULE_PATH,
        tags=["kanon"],
    )


def _deployment(connection: Connection, name: str, schedule: str, *, sweep: bool) -> Any:
    return sync_flow.to_deployment(
        name=name,
        parameters={"connection": connection.name, "sweep": sweep},
        schedule=Cron(schedule, timezone=connection.zone),
        concurrency_limit=ConcurrencyLimitConfig(
            limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
        ),
        entrypoint_type=EntrypointType.MODULE_PATH,
        tags=["kanon", connection.kind],
    )


def serve_schedules(house: House) -> None:
    """Run scheduled syncs until interrupted; starts a Prefect server of its own unless one is given."""
    planned = deployments(house)
    if not planned:
        raise ConfigError(
            "Ни у одного подключения нет расписания: добавьте schedule в его файл.",
            "No connection has a schedule: add one to its file.",
        )
    if os.environ.get("PREFECT_API_URL"):
        limit_connections(house)
        serve(*planned)
        return
    with prefect_server(house.settings.home / "prefect"):
        limit_connections(house)
        serve(*planned)


def limit_connections(house: House) -> None:
    """See to it that the Prefect server lets one flow at a time work on a connection."""
    with get_client(sync_client=True) as client:
        for name in house.connections:
            client.upsert_global_concurrency_limit_by_name(limit_of(name), 1)


def prefect_environment() -> dict[str, str]:
    """The settings of config/prefect.env; nothing in them reaches beyond this machine."""
    text = resources.files("config").joinpath("prefect.env").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


@contextmanager
def prefect_server(home: Path, port: int = 4200) -> Iterator[str]:
    """The API address of a server on loopback, healthy, stopped at the end of the block."""
    address = f"http://127.0.0.1:{port}/api"
    home.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    told = prefect_environment() | {"PREFECT_HOME": str(home), "PREFECT_API_URL": address}
    with _prefect_told(told), (home / "server.log").open("ab") as said:
        server = subprocess.Popen(command, stdout=said, stderr=said)  # noqa: S603  our own interpreter
        try:
            _wait_until_healthy(server, address)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


@contextmanager
def _prefect_told(settings: dict[str, str]) -> Iterator[None]:
    """Prefect under these settings, in this process and in those it starts."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        # What Prefect read when it was imported would stay in force otherwise.
        with SettingsContext(profile=get_settings_context().profile, settings=PrefectSettings()):
            yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _wait_until_healthy(server: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + HEALTHY_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{address}/health", timeout=2).is_success:
                return
        except httpx.HTTPError as error:
            log.debug("the Prefect server is not up yet", error=type(error).__name__)
        time.sleep(0.5)
    raise Retryable(
        "Сервер Prefect не поднялся; причина в server.log рядом с его базой.",
        "The Prefect server did not come up; see server.log beside its database.",
    )
