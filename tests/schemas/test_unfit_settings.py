"""Settings that do not fit: told in the reader's language, with what would fit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from schemas.errors import ConfigError
from schemas.yaml_source import read_yaml, validate


class Door(BaseModel):
    """A part of the settings."""

    model_config = ConfigDict(extra="forbid")

    width: int = Field(1, ge=1, le=5)
    opens: Literal["in", "out"] = "in"


class House(BaseModel):
    """Settings of every kind."""

    model_config = ConfigDict(extra="forbid")

    floors: int
    owner: str = Field("", max_length=4)
    heated: bool = False
    rooms: list[int] = []
    doors: dict[str, Door] = {}
    back: Door | None = None


@pytest.mark.parametrize(
    ("text", "line", "ru", "en"),
    [
        ("just words", 1, "нужны настройки вида", "settings such as"),
        ("{}", 1, "«floors»: эта настройка обязательна", "'floors': is required"),
        ("floors: two", 1, "«floors»: нужно целое число", "must be a whole number"),
        ("floors: 1\nowner: 12", 2, "возьмите в кавычки", "in quotes"),
        ("floors: 1\nowner: Ivanov", 2, "знаков не больше 4", "4 characters or fewer"),
        ("floors: 1\nheated: maybe", 2, "true или false", "true or false"),
        ("floors: 1\nrooms: 3", 2, "нужен список", "must be a list"),
        ("floors: 1\nflors: 2", 2, "настройки здесь нет, есть floors", "but floors is"),
        ("floors: 1\nwindow: 2", 2, "такой настройки здесь нет.", "no such setting here."),
        ("floors: 1\ndoors:\n  front:\n    widht: 2", 4, "есть width", "but width is"),
        ("floors: 1\nback:\n  opns: in", 3, "есть opens", "but opens is"),
        ("floors: 1\nback:\n  opens: up", 3, "одно из 'in' или 'out'", "one of 'in' or 'out'"),
        ("floors: 1\nback:\n  width: 9", 3, "нужно не больше 5", "must be at most 5"),
        ("floors: 1\nback: 3", 2, "«back»: нужны настройки вида", "settings such as"),
    ],
)
def test_a_setting_that_does_not_fit_is_told_with_what_would(
    text: str, line: int, ru: str, en: str, tmp_path: Path
) -> None:
    file = tmp_path / "house.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(en)) as refused:
        validate(read_yaml(file), House)
    assert ru in refused.value.ru
    assert str(file) in refused.value.ru
    assert refused.value.line == line
