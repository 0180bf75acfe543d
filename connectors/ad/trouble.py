"""What a directory's refusal means for whoever waits for its people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ldap3.core.exceptions import (
    LDAPBindError,
    LDAPException,
    LDAPInappropriateAuthenticationResult,
    LDAPInsufficientAccessRightsResult,
    LDAPInvalidCredentialsResult,
    LDAPInvalidDNSyntaxResult,
    LDAPNoSuchObjectResult,
)

from schemas.errors import ConfigError, KanonError, Refused, Retryable

_LOGIN = (LDAPInvalidCredentialsResult, LDAPBindError, LDAPInappropriateAuthenticationResult)
_NOWHERE = (LDAPNoSuchObjectResult, LDAPInvalidDNSyntaxResult)


@contextmanager
def directory_trouble() -> Iterator[None]:
    """Errors of ldap3 as errors of the hub; neither a DN nor a password reaches a message."""
    try:
        yield
    except KanonError:
        raise
    except _LOGIN as error:
        raise Refused(
            "Каталог не принял учётную запись: проверьте user и password подключения.",
            "The directory refused the user: check user and password of the connection.",
            detail=type(error).__name__,
        ) from None
    except LDAPInsufficientAccessRightsResult as error:
        raise Refused(
            "Учётной записи не хватает права читать изменения каталога: дайте ей «Репликация изменений каталога» или задайте changes: usn.",
            "The user may not read the changes of the directory: grant 'Replicating Directory Changes' or set changes: usn.",
            detail=type(error).__name__,
        ) from None
    except _NOWHERE as error:
        raise ConfigError(
            "В каталоге нет места, указанного в base: проверьте его написание.",
            "The directory has no such place as base names: check its spelling.",
            detail=type(error).__name__,
        ) from None
    except (LDAPException, OSError) as error:
        raise Retryable(
            "Каталог не отвечает или оборвал связь. Прочитанное цело, чтение продолжится с того же места.",
            "The directory does not answer or broke off. What was read is safe; reading goes on from there.",
            detail=type(error).__name__,
        ) from None
