"""A company inside a domain: units, people and groups an administrator adds, moves and removes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from ldap3 import AUTO_BIND_TLS_BEFORE_BIND, BASE, MODIFY_REPLACE, NONE, SUBTREE, Connection, Server

from tests.support.domain import ADMINISTRATOR, SECRET, Controller
from tests.support.domain import BASE as ROOT

_COMPANIES = count(1)
OFF, ON = "514", "544"


@dataclass
class Staff:
    """One unit of a domain with everything in it; names are unique in the domain."""

    controller: Controller
    number: int = field(default_factory=lambda: next(_COMPANIES))
    connection: Any = field(init=False)

    def __post_init__(self) -> None:
        server = Server(self.controller.host, 389, get_info=NONE)
        # Passwords are set over TLS only; the port of LDAPS is left to those who are tested.
        self.connection = Connection(
            server,
            ADMINISTRATOR,
            SECRET,
            auto_bind=AUTO_BIND_TLS_BEFORE_BIND,
            raise_exceptions=True,
        )
        self.connection.add(self.base, "organizationalUnit")

    @property
    def base(self) -> str:
        """The DN of the company."""
        return f"OU=Kompania {self.number},{ROOT}"

    def unit(self, name: str, within: str = "") -> str:
        """A new unit; its DN."""
        dn = f"OU={name},{within or self.base}"
        self.connection.add(dn, "organizationalUnit")
        return dn

    def person(self, login: str, within: str = "", **more: str | Sequence[str]) -> str:
        """A new account, switched on; its DN."""
        dn = f"CN={more.get('displayName', login)},{within or self.base}"
        told = {"sAMAccountName": f"{login}.{self.number}", "userAccountControl": ON, **more}
        self.connection.add(dn, "user", told)
        return dn

    def login(self, login: str, password: str) -> str:
        """A new account that may log in and nothing else; its user name."""
        told = {"unicodePwd": f'"{password}"'.encode("utf-16-le"), "userAccountControl": "512"}
        self.connection.add(
            f"CN={login},CN=Users,{ROOT}",
            "user",
            {"sAMAccountName": f"{login}.{self.number}", **told},
        )
        return f"{login}.{self.number}@corp.example.test"

    def group(self, name: str, members: Sequence[str]) -> str:
        """A new group; its DN."""
        dn = f"CN={name},{self.base}"
        told: Mapping[str, str | Sequence[str]] = {"sAMAccountName": f"{name}.{self.number}"}
        self.connection.add(dn, "group", {**told, **({"member": members} if members else {})})
        return dn

    def change(self, dn: str, **values: str | Sequence[str]) -> None:
        """New values of attributes; an empty text clears one."""
        told = {
            name: [(MODIFY_REPLACE, [value] if isinstance(value, str) and value else list(value))]
            for name, value in values.items()
        }
        self.connection.modify(dn, told)

    def move(self, dn: str, name: str = "", within: str = "") -> str:
        """Rename or move an entry; its new DN."""
        own = name or dn.split(",", 1)[0]
        self.connection.modify_dn(dn, own, new_superior=within or None)
        return f"{own},{within or dn.split(',', 1)[1]}"

    def delete(self, dn: str) -> None:
        """Delete an entry."""
        self.connection.delete(dn)

    def key(self, dn: str) -> str:
        """Its objectGUID."""
        self.connection.search(dn, "(objectClass=*)", BASE, attributes=["objectGUID"])
        raw = self.connection.response[0]["raw_attributes"]["objectGUID"][0]
        return str(uuid.UUID(bytes_le=raw))

    def people(self) -> list[str]:
        """The DNs of all accounts, in the order of their names."""
        self.connection.search(self.base, "(objectClass=user)", SUBTREE, attributes=[])
        return sorted(one["dn"] for one in self.connection.response)
