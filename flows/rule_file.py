"""A rule set as a file people edit: weights by the names of levels, every fault with its line and cure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dedup.model import FIELDS, LEVELS, Model
from schemas.errors import ConfigError
from schemas.yaml_source import Sourced, read_yaml, validate

_MOST = 5000  # 50 bits: one in 10¹⁵, more than any base can tell
_CASES = ("auto_unnumbered", "auto_confirmed")
Weight = Annotated[int, Field(ge=-_MOST, le=_MOST, strict=True)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    version: Annotated[str, Field(strict=True, pattern=r"^[\w.\-]{1,40}$")]
    prior: Weight
    auto: Annotated[float, Field(gt=0.5, lt=1)]
    auto_unnumbered: Annotated[float, Field(gt=0.5, lt=1)] | None = None
    auto_confirmed: Annotated[float, Field(gt=0.5, lt=1)] | None = None
    review: Annotated[float, Field(gt=0, lt=1)]
    margin: Annotated[int, Field(ge=0, le=_MOST, strict=True)]
    weights: dict[str, dict[str, Weight] | list[Weight]]


def read_model(path: Path) -> Model:
    """The rule set in a YAML or JSON file; ConfigError names file, line and cure."""
    try:
        source = read_yaml(path)
    except UnicodeDecodeError as error:
        raise ConfigError(
            "это не текст UTF-8: сохраните файл в UTF-8.",
            "this is no UTF-8 text: save the file as UTF-8.",
            file=str(path),
        ) from error
    return model_in(source)


def model_in(source: Sourced) -> Model:
    """The rule set that a parsed text tells; ConfigError names the place and the cure."""
    told = validate(source, _File)
    if told.review > told.auto:
        raise source.error(
            ["review"],
            f"порог review {told.review} выше auto {told.auto}: сделайте его не больше.",
            f"review {told.review} is above auto {told.auto}: make it no greater.",
        )
    _refuse_lower(source, told)
    _refuse_other_names(source, ("weights",), set(told.weights), set(FIELDS))
    return Model(
        version=told.version,
        prior=told.prior,
        weights={field: _weights(source, field, told.weights[field]) for field in FIELDS},
        auto=told.auto,
        review=told.review,
        margin=told.margin,
        auto_unnumbered=told.auto_unnumbered,
        auto_confirmed=told.auto_confirmed,
    )


def _refuse_lower(source: Sourced, told: _File) -> None:
    """A case may ask for more than `auto`, never for less."""
    for name in _CASES:
        least = getattr(told, name)
        if least is not None and least < told.auto:
            raise source.error(
                [name],
                f"порог {name} {least} ниже auto {told.auto}: особый случай может требовать только большего.",
                f"{name} {least} is below auto {told.auto}: a case may only ask for more.",
            )


def _weights(source: Sourced, field: str, told: dict[str, int] | list[int]) -> tuple[int, ...]:
    levels = LEVELS[field]
    if isinstance(told, list):
        if len(told) != len(levels):
            raise source.error(
                ("weights", field),
                f"весов «{field}» нужно {len(levels)}: {', '.join(levels)}.",
                f"'{field}' needs {len(levels)} weights: {', '.join(levels)}.",
            )
        told = dict(zip(levels, told, strict=True))
    _refuse_other_names(source, ("weights", field), set(told), set(levels))
    if told["absent"] != 0:
        raise source.error(
            ("weights", field, "absent"),
            f"вес «{field}: absent» не 0, а отсутствие данных ничего не доказывает: поставьте 0.",
            f"the weight of '{field}: absent' is not 0, but missing data proves nothing: put 0.",
        )
    disagrees, agrees = levels[1], levels[-1]
    if told[disagrees] >= told[agrees]:
        raise source.error(
            ("weights", field, disagrees),
            f"«{field}»: {disagrees} весит не меньше, чем {agrees}. Исправьте один из весов.",
            f"'{field}': {disagrees} weighs no less than {agrees}. Mend one of the weights.",
        )
    return tuple(told[level] for level in levels)


def _refuse_other_names(
    source: Sourced, place: tuple[str, ...], told: set[str], known: set[str]
) -> None:
    where = ".".join(place)
    for name in sorted(told - known):
        raise source.error(
            (*place, name),
            f"«{where}» не знает имени «{name}». Известны: {', '.join(sorted(known))}.",
            f"'{where}' knows no '{name}'. Known are: {', '.join(sorted(known))}.",
        )
    for name in sorted(known - told):
        raise source.error(
            place,
            f"в «{where}» нет «{name}»: добавьте его. Весь набор: kanon rules show --json.",
            f"'{where}' lacks '{name}': add it. The whole set: kanon rules show --json.",
        )


def written(model: Model) -> str:
    """The text of a rule set that `read_model` reads."""
    told = json.loads(model.to_json())
    weights = {
        field: dict(zip(LEVELS[field], model.weights[field], strict=True)) for field in FIELDS
    }
    order = ("version", "auto", *_CASES, "review", "margin", "prior")
    told = {name: told[name] for name in order if name in told} | {"weights": weights}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"
