"""Every error Kanon raises on purpose, grouped by what to do next.

KanonError
├── ConfigError       mend the configuration: file, line and cure are named
├── Retryable         wait and try again: the source is down, busy or cut off
├── Refused           call the owner of the source: login or right is missing
├── ContractBroken    the batch is unusable and changes nothing: wrong encoding, broken XML, changed shape
├── RecordRejected    one record goes to quarantine, the rest loads
├── Unbalanced        a run whose counts do not add up; never shown as success
├── Conflict          someone else holds the lease, the version or the name
└── Bug               ours: report it

Each carries one sentence for the user in Russian and English and a `detail` for the log.
Details are written without secrets and personal data (design law 10).
"""

from __future__ import annotations

from typing import Literal

Language = Literal["ru", "en"]


class KanonError(Exception):
    """An error that knows what to tell the user (`for_user`) and what to tell the log (`detail`)."""

    exit_code = 1

    def __init__(self, ru: str, en: str, *, detail: str = "") -> None:
        super().__init__(en)
        self.ru = ru
        self.en = en
        self.detail = detail

    def for_user(self, language: Language = "ru") -> str:
        """The sentence a person reads, with the cure in it."""
        return self.ru if language == "ru" else self.en


class ConfigError(KanonError):
    """A file, an option or a mapping is wrong; names the file and the line where it can."""

    exit_code = 2

    def __init__(
        self, ru: str, en: str, *, file: str = "", line: int | None = None, detail: str = ""
    ) -> None:
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(place + ru, place + en, detail=detail)
        self.file = file
        self.line = line


class Retryable(KanonError):
    """Nothing is wrong for good; `retry_after` is the least number of seconds to wait."""

    exit_code = 3

    def __init__(
        self, ru: str, en: str, *, retry_after: float | None = None, detail: str = ""
    ) -> None:
        super().__init__(ru, en, detail=detail)
        self.retry_after = retry_after


class Refused(KanonError):
    """The source knows us and says no: bad credentials or a missing right."""

    exit_code = 4


class ContractBroken(KanonError):
    """A whole batch cannot be trusted; nothing of it is loaded."""

    exit_code = 5


class RecordRejected(KanonError):
    """One record cannot be accepted: `reason` is a stable code, `field` and `value` say where."""

    exit_code = 1

    def __init__(self, reason: str, field: str, value: str, ru: str, en: str) -> None:
        super().__init__(ru, en)
        self.reason = reason
        self.field = field
        self.value = value


class Unbalanced(KanonError):
    """Counts of a run do not add up, or a stream that always had rows suddenly has none."""

    exit_code = 6


class Conflict(KanonError):
    """Another run, version or record is in the way."""

    exit_code = 7


class Bug(KanonError):
    """An invariant of Kanon itself does not hold."""

    exit_code = 70
