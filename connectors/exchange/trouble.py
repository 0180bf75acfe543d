"""What a refusal of Exchange means for whoever waits for the letters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from exchangelib.errors import (
    ErrorAccessDenied,
    ErrorImpersonateUserDenied,
    ErrorImpersonationDenied,
    ErrorInvalidSyncStateData,
    ErrorItemNotFound,
    ErrorNonExistentMailbox,
    ErrorServerBusy,
    ErrorSyncFolderNotFound,
    EWSError,
    RateLimitError,
    UnauthorizedError,
)
from oauthlib.oauth2 import OAuth2Error
from requests import RequestException

from schemas.errors import ConfigError, KanonError, Refused, Retryable

DENIED = (ErrorAccessDenied, ErrorImpersonateUserDenied, ErrorImpersonationDenied)
# The server forgot where we were: its database was moved, or the state is too old.
EXPIRED = (ErrorInvalidSyncStateData, ErrorSyncFolderNotFound)
GONE = (ErrorItemNotFound,)


@contextmanager
def exchange_trouble() -> Iterator[None]:
    """Errors of the library as errors of the hub; no text of a letter or of a request reaches a message."""
    try:
        yield
    except KanonError:
        raise
    except (UnauthorizedError, OAuth2Error) as error:
        raise Refused(
            "Exchange не принял учётную запись: проверьте user, password и auth подключения; возможно, пароль истёк.",
            "Exchange refused the user: check user, password and auth of the connection; the password may have expired.",
            detail=type(error).__name__,
        ) from None
    except DENIED as error:
        raise Refused(
            "Учётной записи не дан этот ящик: выдайте полный доступ к нему или роль ApplicationImpersonation.",
            "The user was not given this mailbox: grant full access to it or the role ApplicationImpersonation.",
            detail=type(error).__name__,
        ) from None
    except ErrorNonExistentMailbox as error:
        raise ConfigError(
            "Такого ящика на сервере нет: проверьте mailboxes подключения.",
            "The server has no such mailbox: check mailboxes of the connection.",
            detail=type(error).__name__,
        ) from None
    except (ErrorServerBusy, RateLimitError) as error:
        raise _busy(error) from None
    except (EWSError, RequestException, OSError) as error:
        raise Retryable(
            "Exchange не отвечает или оборвал связь. Прочитанное цело, чтение продолжится с той же страницы.",
            "Exchange does not answer or broke off. What was read is safe; reading goes on from the same page.",
            detail=type(error).__name__,
        ) from None


def _busy(error: ErrorServerBusy | RateLimitError) -> Retryable:
    wait = error.back_off if isinstance(error, ErrorServerBusy) else error.wait
    return Retryable(
        "Exchange просит подождать: политика ограничения нагрузки. Чтение продолжится само.",
        "Exchange asks to wait: its throttling policy. Reading goes on by itself.",
        retry_after=wait,
        detail=type(error).__name__,
    )
