"""The log: JSON lines on stderr, with the run they belong to, and without personal data."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

import structlog

# They log whole URLs, with what is asked for in them, or every step of an upgrade.
_CHATTY = ("httpx", "httpcore", "alembic")
_PHONE = re.compile(r"(?<!\d)(?:\+7|8|7)[\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_LOGIN = re.compile(r"(?<=://)[^/\s@]+@")


# Hears every warning and error that is logged where it is set, such as the run at work.
LISTENER: ContextVar[Callable[[Mapping[str, Any]], None] | None] = ContextVar(
    "listener", default=None
)
_HEARD = frozenset({"warning", "error", "critical"})


def redact(text: str) -> str:
    """`text` without phones, e-mails and the login part of URLs."""
    without_login = _LOGIN.sub("***@", text)
    return _EMAIL.sub("***@***", _PHONE.sub("+7***", without_login))


def _redact_event(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {name: redact(v) if isinstance(v, str) else v for name, v in event.items()}


def _tell(_: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    listener = LISTENER.get()
    if listener is not None and method in _HEARD:
        listener(event)
    return event


def configure(level: str = "INFO") -> None:
    """Send the log to stderr as JSON lines; the one call of each process that logs."""
    logging.basicConfig(stream=sys.stderr, level=level, format="%(message)s")
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redact_event,
            _tell,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
