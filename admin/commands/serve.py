"""`kanon serve`: the admin UI and the API, on loopback."""

from __future__ import annotations

from threading import Thread
from typing import Annotated

import uvicorn
from cyclopts import Parameter

from admin.account import account
from admin.api.gate_models import Draft
from admin.background.delivering import in_background
from admin.commands.shell import house, say
from admin.guard.access import first_administrator
from admin.settings import Environment
from admin.wiring import site_of
from flows.deliver import drain
from flows.gate_warm import warm
from flows.house import House

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
) -> int:
    """Serve the pages and the API on http://127.0.0.1:PORT until Ctrl-C.

    People sign in, other systems bring a token (kanon token add). The first start makes an administrator
    and prints a link that works once, to choose the password by.
    """
    with house() as opened:
        address = f"http://127.0.0.1:{port}"
        say(f"Kanon: {address}  (Ctrl-C — стоп)", f"Kanon: {address}  (Ctrl-C stops)")
        if not open_:
            _welcome(opened, address)
        serve_house(opened, port, sign_in=not open_)
    return 0


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
    application = site_of(opened, environment, sign_in=sign_in)
    warming = Thread(target=warm, args=(opened, _ANY.fields()), name="warming", daemon=True)
    warming.start()
    with in_background(lambda: drain(opened)):
        uvicorn.run(application, host="127.0.0.1", port=port, log_level="warning")
    warming.join()
