"""Landed files in object storage: any place fsspec knows by its address, such as s3://bucket/prefix.

An object is there whole or not at all, so nothing is written under another name first. Who may read the
place, and at which endpoint it is, the environment says as for every other program (AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from schemas.errors import ConfigError, Refused, Retryable


@dataclass(frozen=True, slots=True)
class Bucket:
    """A folder at `address`; what must lie on a disk to be read is kept in the folder `cache` too."""

    address: str
    cache: Path

    def read(self, path: str) -> bytes:
        """The object `path`; FileNotFoundError if there is none."""
        with _named(self.address) as (files, root):
            return bytes(files.cat_file(f"{root}/{path}"))

    def write(self, path: str, body: bytes | memoryview) -> None:
        """Make `body` the object `path`."""
        with _named(self.address) as (files, root):
            files.pipe_file(f"{root}/{path}", bytes(body))

    def files(self) -> list[tuple[str, float]]:
        """Every object below, and when it was written as seconds since 1970."""
        with _named(self.address) as (files, root):
            found = files.find(root, detail=True)
        return [(name[len(root) + 1 :], _moment(about)) for name, about in sorted(found.items())]

    def has(self, path: str) -> bool:
        """Whether the object `path` is there."""
        with _named(self.address) as (files, root):
            return bool(files.exists(f"{root}/{path}"))

    def remove(self, paths: Sequence[str]) -> None:
        """Delete these objects."""
        with _named(self.address) as (files, root):
            for path in paths:
                files.rm_file(f"{root}/{path}")

    def sibling(self, name: str) -> Bucket:
        """The folder `name` beside this one."""
        return Bucket(f"{self.address.rpartition('/')[0]}/{name}", self.cache)


def _moment(about: dict[str, Any]) -> float:
    at = about.get("LastModified") or about.get("mtime") or about["created"]
    return float(at.timestamp() if hasattr(at, "timestamp") else at)


@contextmanager
def _named(address: str) -> Iterator[tuple[Any, str]]:
    """The file system of an address and the place in it; what goes wrong with it, as a sentence."""
    try:
        yield _opened(address)
    except FileNotFoundError:
        raise
    except PermissionError as error:
        raise Refused(
            f"Хранилище {address} не пускает: проверьте AWS_ACCESS_KEY_ID и права на бакет.",
            f"The storage {address} refuses: check AWS_ACCESS_KEY_ID and the rights on the bucket.",
            detail=str(error),
        ) from error
    except Exception as error:
        if not isinstance(error, OSError) and not type(error).__module__.startswith("botocore"):
            raise
        raise Retryable(
            f"Хранилище {address} не отвечает: проверьте AWS_ENDPOINT_URL и само хранилище.",
            f"The storage {address} does not answer: check AWS_ENDPOINT_URL and the storage itself.",
            detail=f"{type(error).__name__}: {error}",
        ) from error


@lru_cache(maxsize=8)
def _opened(address: str) -> tuple[Any, str]:
    from fsspec.core import url_to_fs

    try:
        files, root = url_to_fs(address, use_listings_cache=False, skip_instance_cache=True)
    except (ImportError, ValueError) as error:
        raise ConfigError(
            f"KANON_LANDING={address}: нет такого вида хранилища. Для s3:// нужны пакеты "
            "requirements/lock-cluster.txt: ./run install cluster.",
            f"KANON_LANDING={address}: no such kind of storage. s3:// needs the packages of "
            "requirements/lock-cluster.txt: ./run install cluster.",
            detail=str(error),
        ) from error
    return files, root.rstrip("/")
