"""Fields of a working frame: given text, value, fault and issues, filled function by function.

For a field `inn` the frame has `>inn` (the text that was given), `inn` (the value so far), `!inn` (why
the record must be refused, else null) and `?inn` (codes of what was repaired or dropped, comma between).
All fields take their n-th function at once, so a batch needs as many passes as the longest `via`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import polars as pl

from mappings.check import allowed_values, answers
from mappings.reading import SOURCE
from mappings.registry import Registry
from mappings.spec import ANY, FieldSpec, MappingSpec
from schemas.entities import columns
from schemas.outcome import EVIDENCE, REASON, VALUE
from schemas.records import DELETED
from schemas.rows import nulls, passed, picked, placed
from schemas.rowwise.passes import Passes

GIVEN, FAULT, ISSUE, ANSWER = ">", "!", "?", "="
UNKNOWN_VALUE = "unknown_value"
_NOTHING = pl.lit(None, dtype=pl.String)


class Fields:
    """The steps of one mapping's fields, in the order of the target's columns."""

    def __init__(self, spec: MappingSpec, registry: Registry) -> None:
        self.spec = spec
        self.registry = registry
        self.types = {n: t for n, t in columns(spec.target).items() if n in spec.fields}
        self.chains = {name: self._functions(spec.fields[name]) for name in self.types}
        used = {function for chain in self.chains.values() for function in chain}
        self.answers = {function: answers(registry, function) for function in sorted(used)}
        self._expressions: dict[tuple[str, ...], pl.Expr] = {}
        self._passes: dict[tuple[str, ...], Passes] = {}

    def fill(self, frame: pl.DataFrame, absent: Collection[str] = ()) -> pl.DataFrame:
        """`frame` with the four columns of every field; source columns known to be null are `absent`.

        A field that no row speaks of is null in all four: no function says anything of a null.
        """
        told = [n for n in self.types if not set(self.spec.fields[n].sources) <= set(absent)]
        given = picked(frame, self._together("given", told, self._given))
        spoken = [n for n in told if given[GIVEN + n].null_count() < frame.height]
        texts = {name: given[GIVEN + name] for name in spoken}
        frame = frame.hstack(self._begun(texts, frame.height))
        for step in range(max((len(self.chains[name]) for name in spoken), default=0)):
            frame = self._step(frame, spoken, step)
        meant = [
            name
            for name, field in self.spec.fields.items()
            if name in self.types and (field.default is not None or name in spoken)
            if not self._is_meant_as_said(name)
        ]
        if not meant:
            return frame
        return passed(frame, self._meaning(tuple(meant)))

    def _meaning(self, names: tuple[str, ...]) -> Passes:
        """What fields mean after their last function."""
        key = ("meant", *names)
        if key not in self._passes:
            meant = [self._meant(name).alias(ANSWER + name) for name in names]
            finished = [column for name in names for column in self._finished(name)]
            self._passes[key] = Passes(meant, finished, passing=[ANSWER + name for name in names])
        return self._passes[key]

    def _together(self, what: str, names: Sequence[str], one: Callable[[str], pl.Expr]) -> Passes:
        """What is made of several fields at once, with a column of the frame beside it.

        Answers that are one literal then fill the column.
        """
        key = (what, *names)
        if key not in self._passes:
            self._passes[key] = Passes([pl.col(DELETED), *(one(name) for name in names)])
        return self._passes[key]

    def passes(self) -> list[list[pl.Expr]]:
        """All that `fill` may do, one pass after another, with nothing left out for silent fields."""
        given = [self._given(name) for name in self.types]
        begun = [
            column.alias(mark + name)
            for name in self.types
            for mark, column in (("", pl.col(GIVEN + name)), (FAULT, _NOTHING), (ISSUE, _NOTHING))
        ]
        made = [given, begun]
        for step in range(max(map(len, self.chains.values()), default=0)):
            at = {n: chain[step] for n, chain in self.chains.items() if len(chain) > step}
            made.append([self._called(n, at[n]).alias(ANSWER + n) for n in at])
            made.append([column for n in at for column in self._taken(n, at[n])])
        meant = [n for n in self.spec.fields if n in self.types and not self._is_meant_as_said(n)]
        made.append([self._meant(name).alias(ANSWER + name) for name in meant])
        made.append([column for name in meant for column in self._finished(name)])
        return made

    def _taken(self, name: str, function: str) -> list[pl.Expr]:
        if self.answers[function][1]:
            return self._unpacked(name, function)
        return [pl.col(ANSWER + name).alias(name)]

    def _begun(self, texts: Mapping[str, pl.Series], height: int) -> list[pl.Series]:
        """Given text, value, fault and issues of every field before its first function."""
        nothing = nulls(height)
        begun = []
        for name, kind in self.types.items():
            text = texts.get(name, nothing)
            value = text if name in texts else nothing.cast(self._silent_kind(name, kind))
            begun += [text.alias(GIVEN + name), value.alias(name)]
            begun += [nothing.alias(FAULT + name), nothing.alias(ISSUE + name)]
        return begun

    def _silent_kind(self, name: str, kind: pl.DataType) -> pl.DataType:
        if self.spec.fields[name].default is not None:
            return self._kind(name)
        return kind if kind.is_nested() else pl.String()

    def _is_meant_as_said(self, name: str) -> bool:
        """Whether the value after the last function is the field's own, with nothing to translate."""
        field, kind = self.spec.fields[name], self._kind(name)
        free = not field.values and field.default is None
        alike = kind.is_nested() == self.types[name].is_nested()
        return (
            free
            and alike
            and (kind.is_nested() or kind == pl.String())
            and not allowed_values(self.spec.target, name)
        )

    def _functions(self, field: FieldSpec) -> list[str]:
        return [name for name in field.via if name not in self.registry.combiners]

    def _given(self, name: str) -> pl.Expr:
        return self._made(("given", name), lambda: self._text(name).alias(GIVEN + name))

    def _made(self, what: tuple[str, ...], make: Callable[[], pl.Expr]) -> pl.Expr:
        """An expression of this mapping, made the first time it is asked for."""
        if what not in self._expressions:
            self._expressions[what] = make()
        return self._expressions[what]

    def _text(self, name: str) -> pl.Expr:
        field = self.spec.fields[name]
        if not field.sources:
            return _NOTHING
        parts = [_referring(pl.col(SOURCE + c), r) for c, r in _with_references(field)]
        first = field.via[0] if field.via else ""
        return self.registry.combiners.get(first, self.registry.combiners["first_of"])(parts)

    def _step(self, frame: pl.DataFrame, spoken: Sequence[str], step: int) -> pl.DataFrame:
        at = {name: self.chains[name][step] for name in spoken if len(self.chains[name]) > step}
        calls = self._together(f"step {step}", list(at), lambda n: self._called(n, at[n]))
        told = picked(frame, calls)
        columns, doubted = [], []
        for name, function in at.items():
            value = self._undoubted(told[name], function)
            columns.append(told[name].alias(ANSWER + name) if value is None else value.alias(name))
            doubted += [name] if value is None else []
        frame = placed(frame, columns)
        return passed(frame, self._judged(step, tuple(doubted), at)) if doubted else frame

    def _judged(self, step: int, names: tuple[str, ...], at: Mapping[str, str]) -> Passes:
        """Value, fault and issues of the fields that a function said something of."""
        key = (f"judged {step}", *names)
        if key not in self._passes:
            judged = [column for name in names for column in self._unpacked(name, at[name])]
            self._passes[key] = Passes(judged, passing=[ANSWER + name for name in names])
        return self._passes[key]

    def _called(self, name: str, function: str) -> pl.Expr:
        """The answer of a function over a field."""
        call = self.registry.functions[function]
        return self._made(("called", name, function), lambda: call(pl.col(name)).alias(name))

    def _undoubted(self, answer: pl.Series, function: str) -> pl.Series | None:
        """The values of an answer that has neither a reason nor an issue in any row."""
        kind, checked = self.answers[function]
        if not checked:
            return answer
        parts = answer.struct.unnest()
        if any(parts[name].null_count() < len(answer) for name in (REASON, EVIDENCE)):
            return None
        return parts[VALUE] if kind.is_nested() else parts[VALUE].cast(pl.String)

    def _unpacked(self, name: str, function: str) -> list[pl.Expr]:
        answer = pl.col(ANSWER + name).struct
        return settled(
            name,
            answer.field(VALUE),
            answer.field(REASON),
            answer.field(EVIDENCE),
            self.spec.fields[name],
            self.answers[function][0],
        )

    def _kind(self, name: str) -> pl.DataType:
        """The type a field has after its last function."""
        chain = self.chains[name]
        return self.answers[chain[-1]][0] if chain else pl.String()

    def _meant(self, name: str) -> pl.Expr:
        """The value translated, and of the target's type."""
        kind = self.types[name]
        if self._kind(name).is_nested():
            return pl.col(name)
        value = pl.col(name).cast(pl.String)
        if self.spec.fields[name].values:
            value = _translated(value, self.spec.fields[name].values)
        allowed = allowed_values(self.spec.target, name)
        if allowed:
            value = pl.when(value.is_in(sorted(allowed))).then(value)
        return (
            pl.when(value.is_not_null()).then(pl.concat_list(value)) if kind.is_nested() else value
        )

    def _finished(self, name: str) -> list[pl.Expr]:
        field, meant = self.spec.fields[name], pl.col(ANSWER + name)
        strange = pl.col(name).is_not_null() & meant.is_null()
        if field.values:
            foreseen = [given for given, value in field.values.items() if value is None]
            strange &= ~pl.col(name).cast(pl.String).str.strip_chars().is_in(foreseen)
        issue = codes(pl.col(ISSUE + name), pl.when(strange).then(pl.lit(UNKNOWN_VALUE)))
        if field.default is not None:
            silent = pl.col(name).is_null() & pl.col(FAULT + name).is_null()
            default = pl.lit(field.default)
            if self.types[name].is_nested():
                default = pl.concat_list(default)
            silent &= pl.col(ISSUE + name).is_null()
            meant = pl.when(silent).then(default).otherwise(meant)
        return [meant.alias(name), issue.alias(ISSUE + name)]


def settled(
    name: str,
    value: pl.Expr,
    reason: pl.Expr,
    evidence: pl.Expr,
    field: FieldSpec | None,
    kind: pl.DataType,
) -> list[pl.Expr]:
    """Value, fault and issues of a field after a verdict, as its policy wants it.

    A deleted record cannot be refused: a bad value of it is only dropped.
    """
    policy = policy_of(reason, field)
    alive = ~pl.col(DELETED)
    raw = pl.col(GIVEN + name)
    if kind.is_nested():
        raw = pl.concat_list(raw)
    else:
        value = value.cast(pl.String)
    kept = reason.is_not_null() & (policy == "keep") & alive
    refused = pl.when(alive & (policy == "reject")).then(reason)
    noted = pl.when(alive & (policy != "reject")).then(reason)
    return [
        pl.when(kept).then(raw).when(reason.is_null()).then(value).alias(name),
        pl.coalesce(FAULT + name, refused).alias(FAULT + name),
        codes(pl.col(ISSUE + name), noted, evidence).alias(ISSUE + name),
    ]


def policy_of(reason: pl.Expr, field: FieldSpec | None) -> pl.Expr:
    """What each row's reason does to its record, by the field's `invalid`."""
    invalid = field.invalid if field else "reject"
    if isinstance(invalid, str):
        return pl.lit(invalid)
    named = {reason: policy for reason, policy in invalid.items() if reason != ANY}
    return reason.replace_strict(
        named, default=pl.lit(invalid.get(ANY, "reject")), return_dtype=pl.String
    )


def codes(*parts: pl.Expr) -> pl.Expr:
    """Codes joined by commas; null if there are none."""
    text = pl.concat_str(parts, separator=",", ignore_nulls=True)
    return pl.when(text != "").then(text)


def _with_references(field: FieldSpec) -> Sequence[tuple[str, str]]:
    refers = field.refers * len(field.sources) if len(field.refers) == 1 else field.refers
    return list(zip(field.sources, refers or [""] * len(field.sources), strict=True))


def _referring(key: pl.Expr, stream: str) -> pl.Expr:
    return f"{stream}:" + key.str.strip_chars() if stream else key


def _translated(value: pl.Expr, table: Mapping[str, str | None]) -> pl.Expr:
    text = value.cast(pl.String).str.strip_chars()
    known = {given: meant for given, meant in table.items() if given != ANY}
    other = pl.lit(table.get(ANY), pl.String) if ANY in table else _NOTHING
    found = text.replace_strict(
        list(known), list(known.values()), default=other, return_dtype=pl.String
    )
    return pl.when(text.is_not_null()).then(found)
