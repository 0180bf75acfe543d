"""What Polars does with one text, for texts on which Python does the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from schemas.patterns import as_python, is_ordinary, template
from schemas.rowwise.part import Arg, Unread, Unsure, Value, strict

# Of classes with operations, and of letters by number, the two think differently.
_NAMED_GROUP = re.compile(r"\$(?![0-9](?![A-Za-z0-9_])|\{[0-9]\})")
_FOREIGN = re.compile(r"--|&&|\[\[|\\x\{|\(\?[a-zA-Z]*[sUxR]")


def _pattern(arg: Arg, *, matches_nothing: bool = True) -> re.Pattern[str]:
    text = arg.constant()
    if not isinstance(text, str) or _FOREIGN.search(text):
        raise Unread
    try:
        found = as_python(text)
    except re.error as error:
        raise Unread from error
    if not matches_nothing and found.search(""):
        raise Unread
    return found


def _usual(text: str) -> str:
    if not is_ordinary(text):
        raise Unsure
    return text


def contains(told: Any, args: Sequence[Arg]) -> Value:
    """Whether a pattern, or a text, occurs."""
    if told["literal"]:
        piece = args[1].constant()
        return strict(args[0], lambda text: piece in text)
    look = _pattern(args[1]).search
    return strict(args[0], lambda text: look(_usual(text)) is not None)


def extract(group: Any, args: Sequence[Arg]) -> Value:
    """A group of the first match."""
    look = _pattern(args[1]).search

    def taken(text: str) -> str | None:
        found = look(_usual(text))
        return None if found is None else found.group(group)

    return strict(args[0], taken)


def extract_all(_: Any, args: Sequence[Arg]) -> Value:
    """All matches."""
    pattern = _pattern(args[1], matches_nothing=False)
    return strict(args[0], lambda text: [m.group() for m in pattern.finditer(_usual(text))])


def replace(told: Any, args: Sequence[Arg]) -> Value:
    """A pattern, or a text, replaced at the first place or everywhere."""
    many = max(told["n"], 0)
    new = args[2].constant()
    if not isinstance(new, str):
        raise Unread
    if told["literal"]:
        old = args[1].constant()
        if not old:
            raise Unread
        return strict(args[0], lambda text: text.replace(old, new, many or -1))
    # Polars takes «$1а» for a group of that name, Python for the first group.
    if _NAMED_GROUP.search(new):
        raise Unread
    change = _pattern(args[1], matches_nothing=False).sub
    made = template(new)
    return strict(args[0], lambda text: change(made, _usual(text), many))


def replace_many(told: Any, args: Sequence[Arg]) -> Value:
    """Single characters replaced, each by a text or nothing."""
    old, new = args[1].constant(), args[2].constant()
    if told["ascii_case_insensitive"] or any(len(piece) != 1 for piece in old):
        raise Unread
    new = new * len(old) if len(new) == 1 else new
    table = str.maketrans(dict(zip(reversed(old), reversed(new), strict=True)))
    return strict(args[0], lambda text: text.translate(table))


def slice_(_: Any, args: Sequence[Arg]) -> Value:
    """Characters from a place on, so many of them."""
    size = args[2].constant()

    def part(text: str, start: int) -> str:
        first = start if start >= 0 else len(text) + start
        if first < 0:
            raise Unsure
        return text[first:] if size is None else text[first : first + size]

    return strict(args[0], part, args[1])


def ends(taken: Callable[[str, int], str]) -> Callable[[Any, Sequence[Arg]], Value]:
    """So many characters of the beginning or the end."""

    def build(_: Any, args: Sequence[Arg]) -> Value:
        def part(text: str, many: int) -> str:
            if many < 0:
                raise Unsure
            return taken(text, many)

        return strict(args[0], part, args[1])

    return build


def stripped(how: Callable[[str, str | None], str]) -> Callable[[Any, Sequence[Arg]], Value]:
    """Characters cut off an end or both."""

    def build(_: Any, args: Sequence[Arg]) -> Value:
        signs = args[1].constant()
        if signs is None:
            return strict(args[0], lambda text: how(_usual(text), None))
        return strict(args[0], lambda text: how(text, signs))

    return build


def ordinary(work: Callable[[str], Any]) -> Callable[[Any, Sequence[Arg]], Value]:
    """A function of ordinary texts alone."""
    return lambda _, args: strict(args[0], lambda text: work(_usual(text)))


def joined(told: Any, args: Sequence[Arg]) -> Value:
    """Texts of several columns put together."""
    between, parts = told["delimiter"], [arg.value for arg in args]
    if told["ignore_nulls"]:
        return lambda row: between.join(t for p in parts if (t := p(row)) is not None)

    def whole(row: Any) -> str | None:
        found: list[str] = []
        for part in parts:
            text = part(row)
            if text is None:
                return None
            found.append(text)
        return str(between).join(found)

    return whole


def moment(_: Any, args: Sequence[Arg]) -> Value:
    """A moment in time, where one is told."""

    def unsure(_: str) -> None:
        raise Unsure

    return strict(args[0], unsure)


def split(inclusive: Any, args: Sequence[Arg]) -> Value:
    """The pieces between separators."""
    between = args[1].constant()
    if inclusive or not between:
        raise Unread
    return strict(args[0], lambda text: text.split(between))


def split_exactly(told: Any, args: Sequence[Arg]) -> Value:
    """The pieces between separators as fields, those beyond the last left out."""
    between, last = args[1].constant(), told["n"]
    if told["inclusive"] or not between:
        raise Unread
    names = [f"field_{n}" for n in range(last + 1)]

    def pieces(row: Any) -> dict[str, str | None]:
        text = args[0].value(row)
        found = [] if text is None else text.split(between)
        return {name: found[n] if n < len(found) else None for n, name in enumerate(names)}

    return pieces


def split_n(many: Any, args: Sequence[Arg]) -> Value:
    """Up to `many` pieces as fields, the last with the rest of the text."""
    between = args[1].constant()
    if not between:
        raise Unread
    names = [f"field_{n}" for n in range(many)]

    def pieces(row: Any) -> dict[str, str | None]:
        text = args[0].value(row)
        found = [] if text is None else text.split(between, many - 1)
        return {name: found[n] if n < len(found) else None for n, name in enumerate(names)}

    return pieces
