"""`kanon serve`: the admin UI and the API, on loopback."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Annotated

import uvicorn
from cyclopts import Parameter, validators
from fastapi import FastAPI

from admin.account import account
from admin.api.gate_models import Draft
from admin.background.delivering import in_background
from admin.commands.page_processes import beside, listening, told_by_parent
from admin.commands.shell import house, say
from admin.guard.access import first_administrator
from admin.settings import Environment
from admin.wiring import site_of
from flows.deliver import drain
from flows.gate_warm import warm
from flows.house import House
from schemas.errors import ConfigError

_ANY = Draft(
    name="ООО «Ромашка»",
    full_name="Общество с ограниченной ответственностью «Ромашка»",
    inn="7707083893",
    kpp="770701001",
    legal_address="г. Москва, ул. Лесная, д. 12, стр. 1",
    phones=["+7 495 123-45-67 доб. 12"],
    emails=["info@romashka.example"],
)


def serve(
    *,
    port: int = 8600,
    open_: Annotated[
        bool,
        Parameter(
            name="--open",
            negative="",
            help="Ask nobody to sign in: whoever sits at this machine is the administrator.",
        ),
    ] = False,
    processes: Annotated[
        int,
        Parameter(
            help="Answer by so many processes: one for each core that pages may use.",
            validator=validators.Number(gte=1, lte=64),
        ),
    ] = 1,
    listener: Annotated[int | None, Parameter(show=False)] = None,
) -> int:
    """Serve the pages and the API on http://127.0.0.1:PORT until Ctrl-C.

    People sign in, other systems bring a token (kanon token add). The first start makes an administrator
    and prints a link that works once, to choose the password by. Many people at once are answered by several
    processes (--processes).
    """
    with house() as opened:
        if listener is not None:
            own = socket.socket(fileno=listener)
            _answer(opened, _on(own), sign_in=not open_, secret=told_by_parent())
            return 0
        address = f"http://127.0.0.1:{port}"
        say(f"Kanon: {address}  (Ctrl-C — стоп)", f"Kanon: {address}  (Ctrl-C stops)")
        if not open_:
            _welcome(opened, address)
        if processes == 1:
            serve_house(opened, port, sign_in=not open_)
            return 0
        secret = secrets.token_bytes(32)
        with (
            _free(port) as own,
            beside(processes - 1, own, ["--open"] if open_ else [], secret),
            in_background(lambda: drain(opened)),
        ):
            _answer(opened, _on(own), sign_in=not open_, secret=secret)
    return 0


def _free(port: int) -> socket.socket:
    try:
        return listening(port)
    except OSError as error:
        raise ConfigError(
            f"Порт {port} занят другой программой. Остановите её или возьмите другой: --port.",
            f"Another program has port {port}. Stop it, or take another one: --port.",
        ) from error


def _welcome(opened: House, address: str) -> None:
    path = first_administrator(opened.store, account())
    if path:
        say(
            f"Первый вход, ссылка на сутки и на один раз: {address}{path}",
            f"First sign-in, a link for a day and for once: {address}{path}",
        )


def serve_house(
    opened: House, port: int, environment: Environment = "prod", *, sign_in: bool = False
) -> None:
    """Serve an opened house until interrupted."""

    def run(application: FastAPI) -> None:
        uvicorn.run(application, host="127.0.0.1", port=port, log_level="warning")

    with in_background(lambda: drain(opened)):
        _answer(opened, run, environment, sign_in=sign_in)


def _on(listener: socket.socket) -> Callable[[FastAPI], None]:
    def run(application: FastAPI) -> None:
        with suppress(KeyboardInterrupt):
            uvicorn.Server(uvicorn.Config(application, log_level="warning")).run(sockets=[listener])

    return run


def _answer(
    opened: House,
    run: Callable[[FastAPI], None],
    environment: Environment = "prod",
    *,
    sign_in: bool,
    secret: bytes | None = None,
) -> None:
    application = site_of(opened, environment, sign_in=sign_in, secret=secret)
    warming = Thread(target=warm, args=(opened, _ANY.fields()), name="warming", daemon=True)
    warming.start()
    run(application)
    warming.join()
