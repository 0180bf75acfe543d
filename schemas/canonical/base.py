"""What every canonical record carries, and how its fields are told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Canonical(BaseModel):
    """What every canonical record carries: where it comes from and by which mapping.

    (connection, stream, key) is its identity. `landing_id` and `landing_row` point at the verbatim
    payload; `issues` are codes of what was repaired or doubted on the way, such as `inn:lost_zero`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    connection: str = Field(title="Источник", description="Connection the record came through")
    stream: str = Field(title="Поток", description="Stream of that connection")
    key: str = Field(title="Ключ", description="The source's own key")
    changed_at: datetime | None = Field(
        None, title="Изменено", description="When the source changed it"
    )
    deleted: bool = Field(False, title="Удалено", description="The source says it is deleted")
    landing_id: int = Field(title="Партия", description="Landing batch with the verbatim payload")
    landing_row: int = Field(title="Строка партии", description="Row of that batch, from 0")
    mapping_version: str = Field(
        title="Версия отображения", description="Mapping that made this record"
    )
    issues: list[str] = Field(
        default_factory=list, title="Замечания", description="Repairs and doubts"
    )


def text_field(title: str, description: str) -> Any:
    return Field(None, title=title, description=description)


def many_field(title: str, description: str) -> Any:
    return Field(default_factory=list, title=title, description=description)
