"""What a run counted, in words: counters of matching and merging beside those every stage has."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from admin.words.language import Language
from admin.words.vocabulary import TERMS

_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "removed": ("снято", "removed"),
        "review": ("пар на разбор", "pairs to review"),
        "golden": ("золотых записей", "golden records"),
        "published": ("событий ленты", "feed events"),
        "records": ("записей", "records"),
        "matched_anew": ("сопоставлено заново", "matched anew"),
        "compared_anew": ("сравнено заново", "compared anew"),
        "rule_new": ("заведено новых", "made new"),
        "rule_source_head": ("по головной записи источника", "by the head record of a source"),
        "rule_source_merge": ("объединено в источнике", "merged in a source"),
    }
)
# A family of counters, by how their names begin: what stands before the rest.
_FAMILIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"rule": ("по правилу {}", "by rule {}"), "whole": ("всё сопоставлено целиком", "all matched as a whole")}
)  # fmt: skip


def counted(language: Language, name: str) -> str:
    """The words for a counter of a run; a name we have none for is shown as it is."""
    family, _, rest = name.partition("_")
    pair = _WORDS.get(name) or TERMS.get(name)
    if pair is None and family in _FAMILIES:
        russian, english = _FAMILIES[family]
        pair = russian.format(rest), english.format(rest)
    return name if pair is None else pair[0 if language == "ru" else 1]
