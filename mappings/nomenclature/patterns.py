"""The language rules of classes are written in, and the regular expressions it becomes.

A rule is written in ordinary letters: a space is any space or none, `_` at least one, `×` any sign of
multiplication, `{d}` the attribute `d` of the class, `{:word}` a named word of the grammar, `<` and
`>` the edges of a word. Brackets, `?`, `|`, `*` and `+` keep their usual meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from mappings.nomenclature.alphabet import fold

NUMBER = r"[0-9]+(?:[.,][0-9]+)?"
INCH = r"[0-9]+\"? +[0-9]/(?:16|[248])|[0-9]{1,2}/(?:16|[248])|[0-9]+"
_SLOT = re.compile(r"\{(:?)([a-z_][a-z_0-9]*)\}")
_PLAIN = {
    " ": " *", "_": " +", "×": " *[x*] *", "<": r"\b", ">": r"\b", "°": r"\^",
}  # fmt: skip


def compiled(pattern: str, slot: Callable[[str], str], words: Mapping[str, str]) -> str:
    """The regular expression of a rule; `slot` gives that of an attribute by its name."""
    parts, at = [], 0
    for found in _SLOT.finditer(pattern):
        parts.append(_plain(pattern[at : found.start()]))
        named = words[found[2]] if found[1] else None
        parts.append(f"(?:{named})" if named is not None else slot(found[2]))
        at = found.end()
    parts.append(_plain(pattern[at:]))
    return "".join(parts)


def _plain(text: str) -> str:
    """Letters folded, signs translated but in a list of characters, the rest as it is."""
    out: list[str] = []
    listed = False
    letters = iter(text)
    for letter in letters:
        if letter == "\\":
            out.append(letter + next(letters, ""))
            continue
        listed = letter == "[" or (listed and letter != "]")
        plain = fold(letter) if letter.isalpha() else letter
        out.append(plain if listed else _PLAIN.get(letter, plain))
    # Only attributes are captured; a bracket of the rule itself merely holds together.
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", "".join(out))


def phrase(text: str) -> str:
    """The expression of a word or phrase of a dictionary: `*` ends a word anyhow, signs are literal.

    >>> bool(re.fullmatch(phrase("оцинк*"), fold("Оцинкованный")))
    True
    """
    marks = []
    for letter in text:
        if letter == "*":
            marks.append("[a-zA-Z]*")
        elif letter == " ":
            marks.append(" +")
        else:
            marks.append(re.escape(fold(letter)))
    return "".join(marks)


def any_of(texts: list[str]) -> str:
    """One of the phrases as whole words, the longest first."""
    return "|".join(
        phrase(text) + (r"\b" if text[-1].isalnum() else "")
        for text in sorted(set(texts), key=lambda t: (-len(t), t))
    )
