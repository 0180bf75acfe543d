"""What an Oracle, driver or SQLite error means for whoever waits for the data.

Codes: Oracle Database Error Messages (ORA), python-oracledb (DPY). Neither the statement nor its binds
reach a message.
"""

from __future__ import annotations

import re
import socket
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from schemas.errors import ConfigError, ContractBroken, KanonError, Refused, Retryable

CODE = re.compile(r"\b(?:ORA-\d{5}|DPY-\d{4}|DPI-\d{4})")

DOWN = frozenset(
    [
        "ORA-00018",
        "ORA-00020",
        "ORA-00028",
        "ORA-01012",
        "ORA-01033",
        "ORA-01034",
        "ORA-01089",
        "ORA-01109",
        "ORA-01555",
        "ORA-03113",
        "ORA-03114",
        "ORA-03135",
        "ORA-12153",
        "ORA-12170",
        "ORA-12516",
        "ORA-12518",
        "ORA-12519",
        "ORA-12520",
        "ORA-12528",
        "ORA-12537",
        "ORA-12541",
        "ORA-12547",
        "ORA-12571",
        "DPY-1001",
        "DPY-4011",
        "DPY-4024",
        "DPY-6005",
    ]
)
DENIED = frozenset(
    [
        "ORA-00942",
        "ORA-01017",
        "ORA-01031",
        "ORA-01045",
        "ORA-28000",
        "ORA-28001",
        "ORA-28009",
        "ORA-01005",
    ]
)
UNKNOWN_SERVICE = frozenset(
    ["ORA-12505", "ORA-12514", "ORA-12154", "DPY-6001", "DPY-6003", "DPY-4026", "DPY-4027"]
)
OLD_SERVER = frozenset({"DPY-3010"})
WRONG_MODE = frozenset({"DPY-2019", "DPI-1047"})

CURES: Mapping[str, tuple[str, str]] = {
    "ORA-00942": (
        "Таблица не видна пользователю: дайте право SELECT или проверьте настройку tables.",
        "The user cannot see a table: grant SELECT, or check the setting `tables`.",
    ),
    "ORA-28000": (
        "Учётная запись Oracle заблокирована: обратитесь к администратору базы.",
        "The Oracle account is locked: ask the database administrator.",
    ),
    "ORA-28001": (
        "Срок действия пароля Oracle истёк: смените пароль.",
        "The Oracle password has expired: change it.",
    ),
    "ORA-01555": (
        "База не удержала снимок данных (ORA-01555): уменьшите page_size и повторите.",
        "The database lost its read snapshot (ORA-01555): lower page_size and repeat.",
    ),
}


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turns whatever the driver raises inside into one of our errors; `place` is named in it."""
    try:
        yield
    except DBAPIError as error:
        raise explain(error.orig or error, place) from None
    except (OSError, sqlite3.Error) as error:
        raise explain(error, place) from None
    except Exception as error:
        if type(error).__module__.startswith("oracledb"):
            raise explain(error, place) from None
        raise


def explain(error: BaseException, place: str) -> KanonError:
    """The error of our tree that says what to do about `error`."""
    if isinstance(error, KanonError):
        return error
    if isinstance(error, socket.gaierror):
        return Retryable(
            f"Имя узла {place} не находится в DNS. Проверьте host или DNS-сервер.",
            f"The host name of {place} cannot be resolved. Check `host` or the DNS server.",
            detail=repr(error),
        )
    if isinstance(error, sqlite3.Error):
        return _sqlite(error, place)
    if isinstance(error, OSError):
        return _down(place, type(error).__name__)
    return _oracle(CODE.findall(str(error)), type(error).__name__, place)


def _oracle(codes: list[str], kind: str, place: str) -> KanonError:
    found, detail = set(codes), " ".join(codes) or kind
    if found & OLD_SERVER:
        return ConfigError(
            f"{place}: сервер старше 12.1, тонкий режим с ним не работает. Установите Instant Client 19 "
            "и укажите его каталог в client_dir (толстый режим).",
            f"{place}: the server is older than 12.1 and thin mode cannot talk to it. Install Instant "
            "Client 19 and put its folder in `client_dir` (thick mode).",
            detail=detail,
        )
    if found & WRONG_MODE:
        return ConfigError(
            "Толстый режим Oracle не включился: проверьте client_dir; в одном процессе режим один на "
            "все подключения.",
            "Oracle thick mode could not start: check `client_dir`; one process has one mode for all "
            "connections.",
            detail=detail,
        )
    if found & DENIED:
        ru, en = next((CURES[code] for code in codes if code in CURES), LOGIN)
        return Refused(f"{place}: {ru}", f"{place}: {en}", detail=detail)
    if found & UNKNOWN_SERVICE:
        return ConfigError(
            f"{place}: слушатель не знает такой базы. Проверьте service_name или sid.",
            f"{place}: the listener knows no such database. Check service_name or sid.",
            detail=detail,
        )
    if found & DOWN or "DPY-6000" in found:
        return _down(place, detail, *next((CURES[c] for c in codes if c in CURES), ("", "")))
    return ContractBroken(
        f"{place}: база не выполнила запрос ({detail}). Таблицы отличаются от ожидаемых: запустите "
        "проверку подключения.",
        f"{place}: the database did not run the query ({detail}). The tables differ from what is "
        "expected: run the connection check.",
        detail=detail,
    )


LOGIN = (
    "Oracle не принял логин или пароль: проверьте user и password.",
    "Oracle refused the login: check user and password.",
)


def _down(place: str, detail: str, ru: str = "", en: str = "") -> Retryable:
    return Retryable(
        f"{place}: " + (ru or "база недоступна или занята. Проверьте слушатель и повторите позже."),
        f"{place}: " + (en or "the database is down or busy. Check the listener and try later."),
        detail=detail,
    )


def _sqlite(error: sqlite3.Error, place: str) -> KanonError:
    text = str(error)
    if "no such table" in text:
        ru, en = CURES["ORA-00942"]
        return Refused(f"{place}: {ru}", f"{place}: {en}", detail=text)
    if any(sign in text for sign in ("unable to open", "locked", "busy", "disk I/O")):
        return _down(place, text)
    return ContractBroken(
        f"{place}: файл базы не читается ({type(error).__name__}). Проверьте, что это база EBS.",
        f"{place}: the database file cannot be read ({type(error).__name__}). Check that it is one "
        "shaped like EBS.",
        detail=type(error).__name__,
    )
