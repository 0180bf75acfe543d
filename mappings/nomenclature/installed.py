"""The grammar of one installation: the classes that come with Kanon and those it adds."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from mappings.nomenclature.grammar import FOLDER, GRAMMAR_VERSION, Grammar, read_grammar

OWN = "nomenclature"


def class_files(config: Path) -> list[Path]:
    """The files of classes: shipped ones first, then `nomenclature/*.yaml` of the installation."""
    return [*sorted(FOLDER.glob("*.yaml")), *sorted((config / OWN).glob("*.yaml"))]


def grammar_print(config: Path) -> str:
    """What changes with every change of a class: names were read by an older grammar, if it differs."""
    told = hashlib.sha256(str(GRAMMAR_VERSION).encode())
    for path in class_files(config):
        told.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()[:16]


def installed(config: Path) -> Grammar:
    """The grammar of the installation; ConfigError names the file and the line of what is wrong."""
    return _read(tuple(class_files(config)), grammar_print(config))


@lru_cache(maxsize=4)
def _read(files: tuple[Path, ...], _print: str) -> Grammar:
    return read_grammar(files)
