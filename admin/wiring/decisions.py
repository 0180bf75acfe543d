"""The decisions and webhooks of the API wired to the flows of an opened house."""

from __future__ import annotations

from admin.actions.decisions import Said, Wanted
from admin.background.settling import Settling
from flows import decide, deliver
from flows.house import House
from flows.ledger import Decided
from flows.outward import refuse_unfit
from schemas.errors import ConfigError


class HouseActs:
    """`admin.actions.decisions.Acts` over an opened house."""

    def __init__(self, house: House, settling: Settling) -> None:
        self.house = house
        self._settling = settling

    def decide(self, wanted: Wanted) -> Said:
        """Write down what is one company and what is not; matching acts on it in the background."""
        return self._told(self._decided(wanted))

    def _decided(self, wanted: Wanted) -> Decided:
        who, by, reason = list(wanted.who), wanted.by, wanted.reason
        if wanted.verdict == "same":
            versions = wanted.versions or None
            return decide.merge_records(self.house, who, by, reason, expected_version=versions)
        if wanted.verdict == "split":
            versions = wanted.versions or None
            return decide.split_off(
                self.house, who[0], who[1:], by, reason, expected_version=versions
            )
        if len(who) != 2:
            raise ConfigError(
                "Сравнивают двоих: назовите в who ровно две компании или записи.",
                "Two are compared: name exactly two companies or records in who.",
            )
        judge = decide.mark_different if wanted.verdict == "different" else decide.unsure
        return judge(self.house, who[0], who[1], by, reason)

    def withdraw(self, decision: int, by: str, reason: str | None) -> Said:
        """Take back a decision with all decided in the same act."""
        return self._told(decide.withdraw(self.house, decision, by, reason))

    def set_value(
        self, golden_id: str, name: str, value: str, by: str, reason: str | None, version: int
    ) -> Said:
        """This is the value of a field, whatever sources say."""
        return self._told(
            decide.set_value(
                self.house, golden_id, name, value, by, reason, expected_version=version
            )
        )

    def release_value(
        self, golden_id: str, name: str, by: str, reason: str | None, version: int
    ) -> Said:
        """Sources have their say again about a field."""
        return self._told(
            decide.release_value(self.house, golden_id, name, by, reason, expected_version=version)
        )

    def _told(self, decided: Decided) -> Said:
        if decided.written:
            self._settling.soon(0)
        return Said([int(one) for one in decided.ids], decided.written)


class HouseHooks:
    """`admin.actions.decisions.Hooks` over an opened house."""

    def __init__(self, house: House) -> None:
        self.house = house

    def secret(self, url: str) -> str:
        """A new secret to sign by; Refused for an address that may not be sent to."""
        refuse_unfit(url, self.house.settings.webhook_host_names)
        return deliver.new_secret()

    def ping(self, number: int) -> None:
        """Send a delivery without events now; what came of it stands in the subscription."""
        deliver.ping(self.house, number)
