"""A house over the simulators of one small world, for tests of flows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from admin.commands.demo_config import write_config
from config.settings import Settings
from config.working_time import WEEKDAYS
from flows.house import House, open_house
from simulators.demo import Demo, start_demo
from store.engine import Store


@contextmanager
def small_world(folder: Path, companies: int = 150, seed: int = 7) -> Iterator[Demo]:
    """Running simulators, with their connection files under `folder`/config."""
    with start_demo(folder / "sources", seed=seed, companies=companies) as world:
        configure(folder, world)
        yield world


def configure(folder: Path, world: Demo) -> None:
    """Connection files of the simulators, but the mailbox, whose client costs each process a second to start, and the staff."""
    write_config(folder, world)
    for name in ("mail", "staff"):
        (folder / "config" / "connections" / f"{name}.yaml").unlink()


def house_over(store: Store, folder: Path) -> House:
    """A house with the connections of `folder` and the database and landing of `store`."""
    return open_house(settings_over(store, folder))


def settings_over(store: Store, folder: Path) -> Settings:
    """Settings that lead to `store` and to the connections of `folder`."""
    url = store.url.render_as_string(hide_password=False)
    return Settings(home=folder, config=folder / "config", database=url, landing=store.landing)


def house_at_work(store: Store, folder: Path) -> House:
    """A house that works around the clock, so that what its calls tell does not hang on the hour."""
    hours = ", ".join(f"{day}: '00:00-23:59'" for day in WEEKDAYS)
    (folder / "config" / "working_time.yaml").write_text(f"week: {{{hours}}}\n", encoding="utf-8")
    return house_over(store, folder)
