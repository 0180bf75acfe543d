"""Proposals as versions: put in force by a second person, put aside, brought back."""

from __future__ import annotations

from flows.house import House
from schemas.errors import ConfigError, Conflict
from store.engine import Reader, Writer
from store.versions import ACTIVATED, DROPPED, OPEN, Active, Version, Versions


def activate(
    house: House, kept: Versions, number: int, by: str, *, four_eyes: bool = True, seen: int | None = None
) -> None:  # fmt: skip
    """A version is in force from now on.

    Conflict if it is settled, if its author asks alone, or if another came in force since it was proposed,
    and is not the one (`seen`, the id of its time) that was looked at beside it.
    """
    with house.store.write() as writer:
        writer.next(f"{kept.kind}_active", 0)  # its lock lets one person choose at a time
        found = version(writer, kept, number)
        if four_eyes and found.author == by:
            raise Conflict(
                "Новую редакцию включает второй человек, а эту предложили вы. Попросите коллегу.",
                "A second person puts a version in force, and this one is your own. Ask a colleague.",
            )
        _refuse_overtaken(found, kept.active(writer), seen)
        _settle(writer, kept, found, ACTIVATED, by)
        kept.put_in_force(writer, number, by, found.reason)


def drop(house: House, kept: Versions, number: int, by: str) -> None:
    """A proposal is put aside; Conflict if it is settled already."""
    with house.store.write() as writer:
        _settle(writer, kept, version(writer, kept, number), DROPPED, by)


def back(house: House, kept: Versions, by: str, seen: int, reason: str | None) -> None:
    """What was in force before is so again; nothing if another than `seen` is in force by now."""
    with house.store.write() as writer:
        writer.next(f"{kept.kind}_active", 0)  # its lock lets one person choose at a time
        earlier = kept.before(writer)
        if earlier is not None and kept.active(writer).id == seen:
            kept.put_in_force(writer, earlier.version, by, reason, restores=earlier.id)


def version(reader: Reader, kept: Versions, number: int) -> Version:
    """The version of a number; ConfigError if there is none."""
    found = kept.of(reader, number)
    if found is None:
        raise ConfigError(
            f"Редакции {number} нет. Все редакции – на своей странице.",
            f"There is no version {number}. All versions are on their page.",
        )
    return found


def refuse_outdated(reader: Reader, kept: Versions, seen: int | None) -> None:
    """Conflict if another version is in force than at the time `seen` by whoever typed a proposal."""
    now = kept.active(reader)
    if seen is not None and now.id != seen:
        raise Conflict(
            f"Пока форма была открыта, {now.author} включил другую редакцию, {now.version}: ваша о ней не знает. Посмотрите "
            "её на своей странице и сохраните ещё раз, если всё же нужно по-вашему.",
            f"While the form was open, {now.author} put another version in force, {now.version}: yours knows nothing of it. "
            "Look at it on its page, and save again if it is still to be your way.",
        )


def _refuse_overtaken(found: Version, now: Active, seen: int | None) -> None:
    if found.state == OPEN and now.came_after(found) and now.id != seen:
        raise Conflict(
            f"После того как предложена редакция {found.id}, {now.author} включил другую, {now.version}. Откройте "
            f"редакцию {found.id} снова, посмотрите, что она изменит теперь, и включите, если она всё же нужна.",
            f"Since version {found.id} was proposed, {now.author} put another in force, {now.version}. Open version "
            f"{found.id} again, look at what it changes now, and put it in force if it is still wanted.",
        )


def _settle(writer: Writer, kept: Versions, found: Version, state: str, by: str) -> None:
    if not kept.settle(writer, found.id, state, by):
        raise Conflict(
            f"По редакции {found.id} уже решил {found.settled_by}. Обновите страницу.",
            f"{found.settled_by} has settled version {found.id} already. Reload the page.",
        )
