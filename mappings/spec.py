"""The mapping as its author writes it: stream, target, key, joins and fields, and nothing computed.

A scalar may stand where a list is meant (`from: INN`, `key: PARTY_ID`), and a field may be just the
name of its source column. Texts only: a YAML `true` is the text `true`, as it arrives in a payload.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Policy = Literal["reject", "drop", "keep"]
ANY = "*"


def as_list(value: Any) -> Any:
    return [value] if value is None or isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(as_list)]
Values = Annotated[list[str | None], BeforeValidator(as_list)]


class Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False)


class JoinSpec(Spec):
    """Another stream of the same connection whose columns the fields may read as `alias.COLUMN`."""

    stream: str = Field(description="Stream whose latest records are joined")
    alias: str = Field(
        alias="as", pattern=r"^\w+$", description="Name used in front of its columns"
    )
    on: dict[str, str] = Field(
        min_length=1, description="Column of that stream: column of this record"
    )
    latest: str | None = Field(
        None, description="Of several partners take the one with the greatest value"
    )
    keep: dict[str, Values] = Field(
        default_factory=dict, description="Join only rows with these values"
    )
    skip: dict[str, Values] = Field(
        default_factory=dict, description="Join no rows with these values"
    )


class FieldSpec(Spec):
    """Where one target field comes from and which functions its value passes, left to right."""

    sources: Names = Field(
        default_factory=list, alias="from", description="One source column or several"
    )
    via: Names = Field(
        default_factory=list, description="Names of functions, applied in this order"
    )
    values: dict[str, str | None] = Field(
        default_factory=dict,
        description="Translation of the result; '*' stands for any other value",
    )
    default: str | None = Field(None, description="The value when the source gives none")
    invalid: Policy | dict[str, Policy] = Field(
        "reject", description="What a refused value does: reject the record, drop or keep the value"
    )
    refers: Names = Field(
        default_factory=list,
        description="The value is a key of this other stream; one name per column",
    )

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"from": value} if isinstance(value, str | list) else value

    @model_validator(mode="after")
    def _has_origin(self) -> FieldSpec:
        if not self.sources and self.default is None:
            raise ValueError("a field needs `from` or `default`")
        if len(self.refers) > 1 and len(self.refers) != len(self.sources):
            raise ValueError("`refers` names one stream, or one for each column of `from`")
        return self

    def policy(self, reason: str) -> Policy:
        """What happens to a value refused for `reason`."""
        if isinstance(self.invalid, str):
            return self.invalid
        return self.invalid.get(reason, self.invalid.get(ANY, "reject"))


class MappingSpec(Spec):
    """One stream of one kind of source, told as a canonical entity."""

    stream: str = Field(description="Stream whose records are mapped")
    target: str = Field(description="Canonical entity")
    version: int = Field(ge=1, description="Raised by the author when the meaning changes")
    title: str = Field("", description="What these records are, for people")
    optional: bool = Field(
        False,
        description="Read only where the source offers the stream; elsewhere nothing is missed",
    )
    key: Names = Field(
        default_factory=list, description="Columns without which a record has no key"
    )
    keep: dict[str, Values] = Field(
        default_factory=dict, description="Only records with these values"
    )
    skip: dict[str, Values] = Field(
        default_factory=dict, description="No records with these values"
    )
    joins: list[JoinSpec] = Field(default_factory=list)
    fields: dict[str, FieldSpec] = Field(min_length=1)

    def field_columns(self) -> list[str]:
        """Every source column a field reads, each once, in the order written."""
        return list(dict.fromkeys(name for field in self.fields.values() for name in field.sources))
