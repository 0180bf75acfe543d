"""Who does the parts of matching: this process, or the workers of a Dask cluster.

Workers are told functions of `dedup` by name and do them with their own copy of Kanon, so that every part
carries the version it must be done by. What a lost worker was doing another does again: a part leaves
nothing behind but its answer.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from dedup.rules import RULES_VERSION
from dedup.snapshot import FORMAT
from dedup.team import ALONE, Each, Parts, Team
from schemas.errors import ConfigError, Retryable

if TYPE_CHECKING:
    from distributed import Client

PATIENCE_SECONDS = 60.0  # how long a cluster may be without a single worker
_LOOK_SECONDS = 1.0
_PARTS_PER_THREAD = 2  # a slow part at the end leaves fewer hands idle
_CONNECT_SECONDS = 10.0


def team_at(address: str) -> Team:
    """The workers of the Dask scheduler at `address` (tcp://host:port); this process alone without one."""
    if not address:
        return ALONE
    client = _client(address)
    return Team(each_of(client), _PARTS_PER_THREAD * hands(client))


def hands(client: Client) -> int:
    """How many parts the cluster does at once; Retryable if nobody has come within `PATIENCE_SECONDS`."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not (threads := _threads(client)):
        if time.monotonic() > until:
            raise _nobody(client)
        time.sleep(_LOOK_SECONDS)
    return threads


def each_of(client: Client) -> Each:
    """Work given to the cluster of `client`, and what came of it."""

    def each(work: Callable[..., Any], parts: Parts) -> list[Any]:
        told = version()
        futures = [client.submit(done, told, work, *packed(part), pure=False) for part in parts]
        return _gathered(client, futures)

    return each


def done(told: str, work: Callable[..., Any], *part: Any) -> Any:
    """The answer of `work`; ConfigError where this copy of Kanon is not the one that was `told`."""
    if told != version():
        raise ConfigError(
            f"На исполнителе Dask версия сопоставления {version()}, а нужна {told}: "
            "установите там ту же версию Kanon.",
            f"A Dask worker has version {version()} of matching and {told} is needed: "
            "install the same Kanon there.",
        )
    return packed(work(*unpacked(part)))


def version() -> str:
    """By what copies of Kanon that match alike are known: the form of the evidence, and the rules."""
    return f"{FORMAT}.{RULES_VERSION}"


def packed(told: Any) -> Any:
    """`told` with its frames, in tuples too, as compressed Arrow: a sixth of what goes over the line else."""
    if isinstance(told, tuple):
        return tuple(packed(one) for one in told)
    if not isinstance(told, pl.DataFrame):
        return told
    buffer = io.BytesIO()
    told.write_ipc(buffer, compression="lz4")
    return Packed(buffer.getvalue())


def unpacked(told: Any) -> Any:
    """What was `packed`."""
    if isinstance(told, tuple):
        return tuple(unpacked(one) for one in told)
    return pl.read_ipc(told.arrow) if isinstance(told, Packed) else told


def _gathered(client: Client, futures: list[Any]) -> list[Any]:
    from distributed import KilledWorker, wait

    seen = time.monotonic()
    while True:
        try:
            with client.as_current():
                wait(futures, timeout=_LOOK_SECONDS)
            return [unpacked(answer) for answer in client.gather(futures)]
        except TimeoutError:
            now = time.monotonic()
            seen = now if _threads(client) else seen
            if now - seen > PATIENCE_SECONDS:
                client.cancel(futures)
                raise _nobody(client) from None
        except KilledWorker as error:
            raise Retryable(
                "Часть сопоставления несколько раз завершала исполнителя Dask: ему не хватает памяти.",
                "A part of matching has ended its Dask worker several times: it lacks memory.",
                detail=str(error),
            ) from error


def _threads(client: Client) -> int:
    workers = client.scheduler_info(n_workers=-1)["workers"].values()
    return sum(int(worker["nthreads"]) for worker in workers)


def _nobody(client: Client) -> Retryable:
    where = client.scheduler.address if client.scheduler else ""
    return Retryable(
        f"У планировщика Dask {where} нет ни одного исполнителя: запустите dask worker {where}.",
        f"The Dask scheduler {where} has no worker: start dask worker {where}.",
    )


@dataclass(frozen=True, slots=True)
class Packed:
    """A frame as compressed Arrow."""

    arrow: bytes


@lru_cache(maxsize=1)
def _client(address: str) -> Client:
    try:
        from dask import config
        from distributed import Client
    except ImportError:
        raise ConfigError(
            "Для KANON_DASK нужны пакеты requirements/lock-cluster.txt: ./run install cluster.",
            "KANON_DASK needs the packages of requirements/lock-cluster.txt: ./run install cluster.",
        ) from None
    # Rows travel with the work, so that whatever a lost worker had is still at hand.
    config.set({"distributed.admin.large-graph-warning-threshold": "16GiB"})
    try:
        return Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise Retryable(
            f"Планировщик Dask по адресу {address} не отвечает: проверьте KANON_DASK и dask scheduler.",
            f"No Dask scheduler answers at {address}: check KANON_DASK and dask scheduler.",
            detail=str(error),
        ) from error
