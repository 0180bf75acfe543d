"""A company's records as a small graph: geometry only, drawn on the server; its text twin is a table."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

from flows.clusters import Cluster

MOST = 30
WIDTH, HEIGHT = 640, 320
_RADIUS, _MARGIN = 12, 28


@dataclass(frozen=True, slots=True)
class Node:
    """A record: its place, and its number in the table."""

    x: float
    y: float
    number: int
    ref: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A tie between two records; a weak one is dashed."""

    x1: float
    y1: float
    x2: float
    y2: float
    weak: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """What the template draws."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: int = WIDTH
    height: int = HEIGHT
    radius: int = _RADIUS


def drawn(cluster: Cluster) -> Graph:
    """The records on an ellipse, those tied next to each other where that is possible."""
    order = _walk(cluster)
    across, down = WIDTH / 2 - _MARGIN, HEIGHT / 2 - _MARGIN
    place = {
        ref: (
            round(WIDTH / 2 + across * cos(2 * pi * at / len(order) - pi / 2), 1),
            round(HEIGHT / 2 + down * sin(2 * pi * at / len(order) - pi / 2), 1),
        )
        for at, ref in enumerate(order)
    }
    numbers = {row["ref"]: at for at, row in enumerate(cluster.members, 1)}
    nodes = tuple(Node(*place[ref], numbers[ref], ref) for ref in order)
    edges = tuple(Edge(*place[t.left], *place[t.right], t.weak) for t in cluster.ties)
    return Graph(nodes, edges)


def _walk(cluster: Cluster) -> list[str]:
    """Every record once, along the ties."""
    beside: dict[str, list[str]] = {row["ref"]: [] for row in cluster.members}
    for tie in cluster.ties:
        beside[tie.left].append(tie.right)
        beside[tie.right].append(tie.left)
    order: list[str] = []
    for first in beside:
        ahead = [first]
        while ahead:
            ref = ahead.pop()
            if ref not in order:
                order.append(ref)
                ahead += [other for other in beside[ref] if other not in order]
    return order
