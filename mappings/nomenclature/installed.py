"""The grammar of one installation: the classes that come with Kanon, those it adds, and words it was taught."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from mappings.nomenclature.grammar import FOLDER, GRAMMAR_VERSION, Grammar, read_grammar
from mappings.nomenclature.taught import Dictionary, as_declared

OWN = "nomenclature"
NOTHING = ""


def class_files(config: Path) -> list[Path]:
    """The files of classes: shipped ones first, then `nomenclature/*.yaml` of the installation."""
    return [*sorted(FOLDER.glob("*.yaml")), *sorted((config / OWN).glob("*.yaml"))]


def grammar_print(config: Path, taught: str = NOTHING) -> str:
    """What changes with every change of a class: names were read by an older grammar, if it differs."""
    told = hashlib.sha256(str(GRAMMAR_VERSION).encode())
    for path in class_files(config):
        told.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    if taught != NOTHING:
        told.update(taught.encode())
    return told.hexdigest()[:16]


def installed(config: Path, taught: str = NOTHING) -> Grammar:
    """The grammar of the installation; ConfigError names the file and the line of what is wrong.

    `taught` is a `Dictionary` as JSON.
    """
    return _read(tuple(class_files(config)), taught, grammar_print(config, taught))


@lru_cache(maxsize=4)
def _read(files: tuple[Path, ...], taught: str, _print: str) -> Grammar:
    if taught == NOTHING:
        return read_grammar(files)
    return read_grammar(files, as_declared(Dictionary.model_validate_json(taught)))
