"""What is wrong with a setting, in the languages of those who mend it."""

from __future__ import annotations

from pydantic_core import ErrorDetails

_PREFIX = "Value error, "
NO_ZONE = (
    "нужна зона вроде Europe/Moscow или UTC",
    "must be a zone such as Europe/Moscow or UTC",
)


class Unfit(ValueError):
    """Raised by a validator: `ru` and `en` go on after the setting's name, without its value and a full stop."""

    def __init__(self, ru: str, en: str) -> None:
        super().__init__(en)
        self.ru = ru
        self.en = en


def why(fault: ErrorDetails) -> tuple[str, str]:
    """A fault of validation in Russian and English; what only pydantic knows is told in its own words."""
    error = fault.get("ctx", {}).get("error")
    if isinstance(error, Unfit):
        return error.ru, error.en
    told = fault["msg"].removeprefix(_PREFIX)
    return told, told
