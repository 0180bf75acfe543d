"""The simulated 1C information base: objects, versions, and an exchange plan that forgets nothing."""

from __future__ import annotations

import base64
import copy
from collections.abc import Mapping
from threading import RLock
from typing import Any, TypeAlias

from simulators.onec.schema import CALLS, COUNTERPARTIES, NODES, PLANNED, REGISTERS, ZERO, blank

Object: TypeAlias = dict[str, Any]
THIS_NODE = "0b0b0b0b-0000-4000-a000-000000000001"
_EDITED = ("Description", "НаименованиеПолное", "Статус")
HUB_NODE = "0b0b0b0b-0000-4000-a000-000000000002"


class Base:
    """Objects by entity set and Ref_Key; every write gives a new DataVersion and registers the change.

    A registration carries the number of the message that took it, or None. Asking for message N takes
    all that are still registered, old and new; acknowledging N forgets those numbered N or less; an
    object written again loses its number. This is how exchange plans of the platform behave. `registers` are the
    rows of their virtual tables as they are now.
    """

    def __init__(self) -> None:
        self.sets: dict[str, dict[str, Object]] = {name: {} for name in (*PLANNED, CALLS, NODES)}
        self.registers: dict[str, list[Object]] = {name: [] for name in REGISTERS}
        self.registered: dict[tuple[str, str], int | None] = {}
        self.lock = RLock()
        self._version = 0
        self._edits = 0
        for key, code, this in ((THIS_NODE, "БАЗА", True), (HUB_NODE, "ХАБ", False)):
            node = {"Ref_Key": key, "Code": code, "Description": code.title(), "ThisNode": this}
            self.put(NODES, node | {"SentNo": "0", "ReceivedNo": "0"}, register=False)

    def put(self, name: str, values: Mapping[str, Any], register: bool = True) -> Object:
        """Writes an object of a set: absent properties keep their value, or the 1C empty one."""
        with self.lock:
            key = str(values["Ref_Key"])
            self._version += 1
            version = base64.b64encode(self._version.to_bytes(8, "big")).decode()
            old = self.sets.setdefault(name, {}).get(key) or blank(name)
            self.sets[name][key] = old | dict(values) | {"DataVersion": version}
            if register and name in PLANNED:
                self.registered[name, key] = None
            return self.sets[name][key]

    def remove(self, name: str, key: str) -> None:
        """Deletes an object physically; nothing tells the hub, only a sweep of the keys sees it."""
        with self.lock:
            del self.sets[name][key]
            self.registered.pop((name, key), None)

    def get(self, name: str, key: str) -> Object | None:
        """A copy of one object."""
        with self.lock:
            found = self.sets.get(name, {}).get(key.lower())
            return copy.deepcopy(found) if found else None

    def rows(self, name: str) -> list[Object]:
        """The objects of a set as they are now, in order of writing."""
        with self.lock:
            return list(self.sets[name].values())

    def register_all(self) -> None:
        """Registers every object, as the first fill of a new node does."""
        with self.lock:
            self.registered = dict.fromkeys(
                (name, key) for name in PLANNED for key in self.sets.get(name, {})
            )

    def select_changes(self, message: int) -> list[tuple[str, Object]]:
        """(set, object) of everything registered, copies; all of it takes the number."""
        with self.lock:
            for place in self.registered:
                self.registered[place] = message
            self.sets[NODES][HUB_NODE]["SentNo"] = str(message)
            return [(name, copy.deepcopy(self.sets[name][key])) for name, key in self.registered]

    def acknowledge(self, message: int) -> None:
        """Forgets what message `message` or an earlier one took, unless it was changed since."""
        with self.lock:
            kept = {place: n for place, n in self.registered.items() if n is None or n > message}
            self.registered = kept
            self.sets[NODES][HUB_NODE]["ReceivedNo"] = str(message)

    def change(self, n: int, name: str = COUNTERPARTIES) -> list[str]:
        """Ref_Keys of `n` objects of a set that a user has just edited: a text of each gets a new end."""
        with self.lock:
            rows = [
                row
                for row in self.sets[name].values()
                if not row.get("IsFolder") and not row["DeletionMark"]
            ]
            self._edits += 1
            chosen = [rows[(self._edits * 131 + i * 17) % len(rows)]["Ref_Key"] for i in range(n)]
            for key in dict.fromkeys(chosen):
                field = next(f for f in _EDITED if f in self.sets[name][key])
                text = str(self.sets[name][key][field]).split(" выпуск ")[0]
                self.put(name, {"Ref_Key": key, field: f"{text} выпуск {self._edits}"})
            return list(dict.fromkeys(chosen))

    def spoil(self, name: str, key: str) -> None:
        """Puts a control character, pasted from somewhere, into a description: XML cannot carry it."""
        text = str(self.sets[name][key]["Description"])
        self.put(name, {"Ref_Key": key, "Description": text[:3] + "\u0004" + text[3:]})

    def mark_deleted(self, name: str, key: str) -> None:
        """Sets the deletion mark, the first step of every deletion in 1C."""
        self.put(name, {"Ref_Key": key, "DeletionMark": True})

    def insert_first(self, number: int) -> str:
        """Ref_Key of a new counterparty that sorts before all others: it shifts every later page."""
        key = f"0000{number:04x}-0000-4000-a000-000000000000"
        self.put(
            COUNTERPARTIES,
            {"Ref_Key": key, "Description": f"Новый контрагент {number}", "Партнер_Key": ZERO},
        )
        return key
