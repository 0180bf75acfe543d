"""Changes by an exchange plan: what 1C registered for our node since the last message.

1C repeats a message until NotifyChangesReceived says it arrived, and adds to it whatever changed since.
So a message is acknowledged only after its commit, and before anything else is asked: a message that is
committed but not acknowledged must not be asked again, or changes added to it would be wiped unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.onec.answers import Row, entries
from connectors.onec.settings import Exchange
from connectors.onec.wire import Wire, guid
from schemas.errors import ConfigError, ContractBroken


@dataclass(frozen=True, slots=True)
class Node:
    """Our node of the plan: its reference, and the last message it acknowledged."""

    reference: str
    received: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The exchange plan of one base."""

    wire: Wire
    settings: Exchange

    @property
    def entity(self) -> str:
        """The set that holds the plan's nodes."""
        return f"ExchangePlan_{self.settings.plan}"

    def node(self) -> Node:
        """Our node; ConfigError if the plan has none with our code, or if it is the base itself."""
        rows = self.wire.objects(self.entity)
        found = [row for row in rows if self.settings.node in (row.get("Code"), row.get("Ref_Key"))]
        if not found:
            raise ConfigError(
                f"В плане обмена «{self.settings.plan}» нет узла «{self.settings.node}». Создайте его в 1С.",
                f"The exchange plan '{self.settings.plan}' has no node '{self.settings.node}'. Create it in 1C.",
            )
        if found[0].get("ThisNode") == "true":
            raise ConfigError(
                f"Узел «{self.settings.node}» — это сама база. Укажите код узла-получателя.",
                f"The node '{self.settings.node}' is the base itself. Use the code of the receiving node.",
            )
        return Node(found[0].get("Ref_Key") or "", int(found[0].get("ReceivedNo") or 0))

    def select(self, node: Node, message: int) -> Iterator[tuple[str, Row]]:
        """Set name and row of everything registered up to now, which becomes `message`."""
        answer = self.wire.post("SelectChanges", self._query(node, message))
        return entries(answer.content, "SelectChanges")

    def notify(self, message: int) -> None:
        """Tells 1C that `message` is stored; a message already acknowledged is left alone."""
        node = self.node()
        if node.received < message:
            self.wire.post("NotifyChangesReceived", self._query(node, message))

    def next_message(self, committed: int | None) -> tuple[Node, int]:
        """The node and the number to ask for, after acknowledging `committed` if 1C has not heard of it.

        ContractBroken if 1C and the cursor disagree: the base was restored from a copy, or somebody
        else reads through the node, so changes may have been lost.
        """
        node = self.node()
        if committed is None or node.received == committed:
            return node, node.received + 1
        if node.received == committed - 1:
            self.notify(committed)
            return node, committed + 1
        raise ContractBroken(
            f"Номера сообщений разошлись: у нас {committed}, в 1С {node.received}. "
            "Базу восстановили из копии или узлом пользуется кто-то ещё. "
            "Перечитайте справочники целиком и сбросьте курсор потока changes.",
            f"Message numbers disagree: ours is {committed}, 1C has {node.received}. "
            "The base was restored from a copy, or somebody else uses the node. "
            "Read the catalogues whole and reset the cursor of the stream `changes`.",
        )

    def _query(self, node: Node, message: int) -> dict[str, str | int]:
        point = f"{self.wire.client.base_url}/{self.entity}({guid(node.reference)})"
        return {"DataExchangePoint": f"'{point}'", "MessageNo": message}
