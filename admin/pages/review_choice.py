"""Which part of the queue a steward goes through: tab, facets and order, carried from pair to pair."""

from __future__ import annotations

from collections.abc import Mapping

from store import desk
from store.views import reviews
from store.views.paging import Order

NAMES = ("lane", *reviews.FACETS, "age", "assignee", "order")
ORDERS = (reviews.WORTH, reviews.OLDEST)
_LONGEST = 300


def kept(told: Mapping[str, str]) -> dict[str, str]:
    """What an address or a form says of the part gone through; what cannot be is left out."""
    found = {name: told.get(name, "").replace("\0", "").strip()[:_LONGEST] for name in NAMES}
    if found["lane"] not in desk.LANES:
        found["lane"] = ""
    if found["age"] not in reviews.AGES:
        found["age"] = ""
    if found["order"] not in {order.name for order in ORDERS[1:]}:
        found["order"] = ""
    return {name: value for name, value in found.items() if value}


def filters(choice: Mapping[str, str]) -> dict[str, str]:
    """The filters of `reviews.listing`: what waits, unless another tab was chosen."""
    own = {name: value for name, value in choice.items() if name != "order"}
    return {"lane": desk.WAITING, **own}


def order(choice: Mapping[str, str]) -> Order:
    """The order chosen."""
    return next((one for one in ORDERS if one.name == choice.get("order")), reviews.WORTH)
