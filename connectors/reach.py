"""Whether an address answers at all: name resolution and a TCP connection, with a time limit."""

from __future__ import annotations

import socket
from datetime import datetime

from schemas.records import Probe

SKEW_LIMIT = 60.0


def reach(host: str, port: int, timeout: float = 5.0) -> Probe:
    """The probe `address`: does the name resolve, and does the port accept a connection."""
    place = f"{host}:{port}"
    try:
        with socket.create_connection((host, port), timeout=timeout):
            return Probe("address", True, f"Адрес {place} отвечает.", f"{place} answers.")
    except socket.gaierror as error:
        return Probe(
            "address",
            False,
            f"Имя {host} не находится в DNS. Проверьте адрес или DNS-сервер.",
            f"The name {host} cannot be resolved. Check the address or the DNS server.",
            repr(error),
        )
    except TimeoutError as error:
        return Probe(
            "address",
            False,
            f"{place} не ответил за {timeout:g} с. Проверьте сетевой экран и маршрут.",
            f"{place} did not answer within {timeout:g} s. Check the firewall and the route.",
            repr(error),
        )
    except OSError as error:
        return Probe(
            "address",
            False,
            f"{place} не принимает соединений. Проверьте порт и что служба запущена.",
            f"{place} accepts no connections. Check the port and that the service runs.",
            repr(error),
        )


def skew(theirs: datetime, ours: datetime, limit: float = SKEW_LIMIT) -> Probe:
    """The probe `clock`: do the source's clock and ours agree within `limit` seconds."""
    seconds = (theirs - ours).total_seconds()
    if abs(seconds) <= limit:
        return Probe("clock", True, "Часы источника и наши сходятся.", "The clocks agree.")
    return Probe(
        "clock",
        False,
        f"Часы источника расходятся с нашими на {seconds:.0f} с. Проверьте часовой пояс и NTP.",
        f"The source's clock differs from ours by {seconds:.0f} s. Check the time zone and NTP.",
    )
