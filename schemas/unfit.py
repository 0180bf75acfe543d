"""What is wrong with a setting, in the languages of those who mend it."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

_PREFIX = "Value error, "
NO_ZONE = (
    "нужна зона вроде Europe/Moscow или UTC",
    "must be a zone such as Europe/Moscow or UTC",
)
_NO_SUCH = ("такой настройки здесь нет", "there is no such setting here")
_MANY = ("нужен список значений", "must be a list of values")
_PAIRS = (
    "нужны настройки вида «имя: значение»",
    "must hold settings such as 'name: value'",
)
_WHOLE = ("нужно целое число", "must be a whole number")
_NUMBER = ("нужно число", "must be a number")
_YES_NO = ("нужно true или false", "must be true or false")
_TEXT = ("нужен текст, число возьмите в кавычки", "must be text: put a number in quotes")
_TIME = ("нужно время вроде 09:00", "must be a time such as 09:00")
_DATE = ("нужна дата вроде 2026-11-23", "must be a date such as 2026-11-23")
# By the types of pydantic's errors; the placeholders are of their context.
_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "missing": ("эта настройка обязательна", "is required"),
        "model_type": _PAIRS, "model_attributes_type": _PAIRS, "dict_type": _PAIRS,
        "list_type": _MANY, "tuple_type": _MANY, "set_type": _MANY, "frozen_set_type": _MANY,
        "int_type": _WHOLE, "int_parsing": _WHOLE, "int_from_float": _WHOLE,
        "float_type": _NUMBER, "float_parsing": _NUMBER, "finite_number": _NUMBER,
        "bool_type": _YES_NO, "bool_parsing": _YES_NO, "string_type": _TEXT,
        "time_type": _TIME, "time_parsing": _TIME,
        "date_type": _DATE, "date_parsing": _DATE, "date_from_datetime_parsing": _DATE,
        "literal_error": ("нужно одно из {expected}", "must be one of {expected}"),
        "greater_than": ("нужно больше {gt}", "must be greater than {gt}"),
        "greater_than_equal": ("нужно не меньше {ge}", "must be at least {ge}"),
        "less_than": ("нужно меньше {lt}", "must be less than {lt}"),
        "less_than_equal": ("нужно не больше {le}", "must be at most {le}"),
        "string_too_short": ("нужно знаков не меньше {min_length}", "must have {min_length} characters or more"),
        "string_too_long": ("нужно знаков не больше {max_length}", "must have {max_length} characters or fewer"),
        "string_pattern_mismatch": ("нужно по образцу {pattern}", "must look like {pattern}"),
        "too_short": ("нужно значений не меньше {min_length}", "must have {min_length} values or more"),
        "too_long": ("нужно значений не больше {max_length}", "must have {max_length} values or fewer"),
    }
)  # fmt: skip


class Unfit(ValueError):
    """Raised by a validator: `ru` and `en` go on after the setting's name, without its value and a full stop."""

    def __init__(self, ru: str, en: str) -> None:
        super().__init__(en)
        self.ru = ru
        self.en = en


def why(fault: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    """A fault of validating as `model`, in Russian and English; what only pydantic knows, in its own words.

    A setting that is not there is told with the one whose name is nearest.
    """
    context = fault.get("ctx", {})
    error = context.get("error")
    if isinstance(error, Unfit):
        return error.ru, error.en
    if fault["type"] == "extra_forbidden":
        return _no_such(fault["loc"], model)
    if (words := _WORDS.get(fault["type"])) is not None:
        # The choices of a literal are joined in pydantic's English.
        return words[0].format_map(context).replace(" or ", " или "), words[1].format_map(context)
    told = fault["msg"].removeprefix(_PREFIX)
    return told, told


def _no_such(place: tuple[int | str, ...], model: type[BaseModel]) -> tuple[str, str]:
    ru, en = _NO_SUCH
    names = [name for one in _models_at(place[:-1], model) for name in one.model_fields]
    near = get_close_matches(str(place[-1]), names, n=1)
    return (f"{ru}, есть {near[0]}", f"{en}, but {near[0]} is") if near else (ru, en)


def _models_at(place: tuple[int | str, ...], model: type[BaseModel]) -> list[type[BaseModel]]:
    """The models whose settings may stand at a place; several where the setting is a choice of them."""
    here = [model]
    for part in place:
        fields = [one.model_fields[part] for one in here if part in one.model_fields]
        here = [inner for field in fields for inner in _models_in(field.annotation)] or here
    return here


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for one in get_args(annotation) for found in _models_in(one)]
