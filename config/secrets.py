"""Secrets by reference: configuration says where a secret is, never what it is (design law 10)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from schemas.errors import ConfigError

_SECRET_NAMES = ("password", "secret", "token", "api_key")


def resolve(value: Any, *, file: str) -> Any:
    """`value` with every `env:NAME` and `file:PATH` replaced by what it refers to, at any depth."""
    if isinstance(value, dict):
        return {name: resolve(inner, file=file) for name, inner in value.items()}
    if isinstance(value, list):
        return [resolve(inner, file=file) for inner in value]
    if isinstance(value, str):
        return _resolve_text(value, file)
    return value


def _resolve_text(value: str, file: str) -> str:
    kind, _, reference = value.partition(":")
    if kind == "env":
        return _from_environment(reference, file)
    if kind == "file":
        return _from_file(reference, file)
    return value


def _from_environment(name: str, file: str) -> str:
    if name not in os.environ:
        raise ConfigError(
            f"переменная окружения {name} не задана, а на неё ссылается настройка.",
            f"the environment variable {name} is not set, but a setting refers to it.",
            file=file,
        )
    return os.environ[name]


def _from_file(path: str, file: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise ConfigError(
            f"файл секрета {path} не читается: проверьте путь и права.",
            f"the secret file {path} cannot be read: check the path and the rights.",
            file=file,
            detail=type(error).__name__,
        ) from error


def plain_secrets(value: Any, path: str = "") -> list[str]:
    """Paths of settings that hold a secret itself instead of a reference to one."""
    found: list[str] = []
    if isinstance(value, dict):
        for name, inner in value.items():
            here = f"{path}.{name}" if path else str(name)
            if isinstance(inner, str) and _is_plain_secret(str(name), inner):
                found.append(here)
            found.extend(plain_secrets(inner, here))
    return found


def _is_plain_secret(name: str, value: str) -> bool:
    named = any(word in name.lower() for word in _SECRET_NAMES)
    return named and bool(value) and not value.startswith(("env:", "file:"))
