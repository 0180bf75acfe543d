"""In what order tables are carried: those that others refer to first, a circle of references at once."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from config.migration import Plan


@dataclass(frozen=True, slots=True)
class Order:
    """Tables by layer, and the circles among them: tables that refer to each other."""

    layers: tuple[tuple[str, ...], ...]
    circles: tuple[tuple[str, ...], ...]


def order(plan: Plan) -> Order:
    """The order of the carried tables of a plan; a table that refers to itself is no circle."""
    names = {table.name for table in plan.carried}
    needs = {
        table.name: {r.table for r in table.references if r.table in names} - {table.name}
        for table in plan.carried
    }
    layers: list[tuple[str, ...]] = []
    circles: list[tuple[str, ...]] = []
    left = set(names)
    while left:
        ready = tuple(sorted(name for name in left if not needs[name] & left))
        if not ready:
            ready = _circle(needs, left)
            circles.append(ready)
        layers.append(ready)
        left -= {*ready}
    return Order(tuple(layers), tuple(circles))


def _circle(needs: Mapping[str, Set[str]], left: Set[str]) -> tuple[str, ...]:
    """A circle nothing outside of which is waited for."""
    reached = {name: _reached(needs, name, left) for name in left}
    own = {name: {one for one in reached[name] if name in reached[one]} for name in left}
    first = min(
        (name for name in left if name in reached[name] and reached[name] <= own[name]),
    )
    return tuple(sorted(own[first]))


def _reached(needs: Mapping[str, Set[str]], name: str, left: Set[str]) -> set[str]:
    found: set[str] = set()
    todo = [name]
    while todo:
        for one in needs[todo.pop()] & left:
            if one not in found:
                found.add(one)
                todo.append(one)
    return found
