"""Work in the background, one piece at a time: its state stands in the store, where every page can see it."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog

from schemas.errors import KanonError
from store import Store, jobs

log = structlog.get_logger("kanon.admin")
_BROKE = (
    "Работа прервалась из-за ошибки хаба. Данные целы: запустите ещё раз или позовите администратора.",
    "The work broke by a fault of the hub. The data is safe: start it again or call the administrator.",
)


class Jobs:
    """Runs work behind the answer; a second asking for what still runs is the same work."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="job")
        self._turn = threading.Lock()

    def start(
        self, kind: str, about: str, author: str, work: Callable[[], Mapping[str, Any]]
    ) -> int:
        """Begin `work`, whose result anybody may read by the number returned."""
        with self._turn, self._store.write() as writer:
            last = jobs.last(writer, kind, about)
            if last is not None and last.state == jobs.RUNNING:
                return last.id
            number = jobs.start(writer, kind, about, author)
        self._pool.submit(self._run, number, work)
        return number

    def wait(self) -> None:
        """Until all that was started has ended."""
        self._pool.submit(int).result()

    def _run(self, number: int, work: Callable[[], Mapping[str, Any]]) -> None:
        ended = threading.Event()
        threading.Thread(target=self._tell, args=(number, ended), daemon=True).start()
        try:
            result, error = dict(work()), None
        except KanonError as refusal:
            result, error = {}, (refusal.ru, refusal.en)
        except Exception as fault:  # noqa: BLE001  nobody above this thread would hear of it
            where = traceback.format_tb(fault.__traceback__)
            log.error("job_broke", job=number, kind=type(fault).__name__, where=where)
            result, error = {}, _BROKE
        finally:
            ended.set()
        with self._store.write() as writer:
            jobs.finish(writer, number, result, error)

    def _tell(self, number: int, ended: threading.Event) -> None:
        while not ended.wait(jobs.EVERY.total_seconds()):
            try:
                with self._store.write() as writer:
                    jobs.alive(writer, number)
            except Exception as error:  # noqa: BLE001  the next sign of life makes up for one that failed
                log.info("job_silent", job=number, kind=type(error).__name__)
