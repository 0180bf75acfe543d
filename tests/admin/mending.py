"""Actions about refused records and sources that remember what they were asked, and answer like a hub would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from flows.attend import LookedBack
from flows.correct import Fixed
from flows.mend import Anatomy, Fault, Field, Step, Verdict
from flows.mend_alike import Change, Group, Sample, Tried
from schemas.errors import ConfigError, KanonError, Refused
from schemas.reasons import REASONS
from schemas.records import Probe

GOOD = "7707083893"
BATCH = "0f1e2d3c4b5a"


class RecordedMending:
    """Rows up to 9 can be corrected: with a good INN they pass."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def anatomy(self, row: int) -> Anatomy | None:
        if row > 9:
            return None
        long = '{"Тип": "Телефон", "Представление": "+7 (351) 222-33-44, приёмная, звонить после обеда"}'
        fields = (
            Field("PARTY_ID", "1", "1", False),
            Field("PARTY_NAME", "ООО <b>Вега</b>", "ООО «Вега»", False),
            Field("TAX_REFERENCE", "7707083890", "7707083890", True),
            Field("КонтактнаяИнформация", long, long, False),
            Field("PHONE_NUMBER", None, None, False),
        )
        return Anatomy(fields, (Step("inn", ("TAX_REFERENCE",), ("strip", "inn")),), "seen", True)

    def check(self, row: int, values: Mapping[str, str]) -> Verdict:
        if values.get("TAX_REFERENCE") == GOOD:
            return Verdict(1, (), (("name", "ООО «Вега»"), ("inn", GOOD)))
        return Verdict(1, (Fault("inn", "inn_checksum", *REASONS["inn_checksum"]),), ())

    def mend(
        self, row: int, values: Mapping[str, str], seen: str, by: str, reason: str | None
    ) -> tuple[Verdict, Fixed | None]:
        self.asked.append(("mend", row, dict(values), seen, by, reason))
        verdict = self.check(row, values)
        return verdict, Fixed(BATCH, 1, 1, 0) if verdict.passes else None

    def columns_of(self, group: Group) -> Sequence[str]:
        return ("PARTY_NAME", "TAX_REFERENCE")

    def try_alike(self, group: Group, change: Change) -> Tried:
        if change.how == "replace" and not change.find:
            raise ConfigError("Впишите, что заменить.", "Enter what to replace.")
        good = Sample(1, "inn-0", " 7707083893 ", GOOD, "")
        bad = Sample(2, "inn-1", " 7707083890", "7707083890", "inn_checksum")
        return Tried(9, 5, 4, (good, bad), "stamp")

    def mend_alike(
        self, group: Group, change: Change, stamp: str, by: str, reason: str | None
    ) -> Fixed:
        self.asked.append(("alike", group, change, stamp, by, reason))
        return Fixed(BATCH, 4, 4, 0)

    def undo_corrections(self, batch: str, by: str) -> Fixed:
        self.asked.append(("take back", batch, by))
        return Fixed(batch, 1, 0, 1)

    def put_off(self, ids: Sequence[int], why: str, by: str, until: datetime) -> int:
        self.asked.append(("put off", list(ids), why, by, (until - datetime.now(UTC)).days + 1))
        return len(ids)

    def bring_back(self, ids: Sequence[int]) -> int:
        self.asked.append(("bring back", list(ids)))
        return len(ids)

    def probe(self, connection: str) -> Sequence[Probe]:
        self.asked.append(("probe", connection))
        return ()

    def pause(self, connection: str, reason: str, by: str) -> bool:
        self.asked.append(("pause", connection, reason, by))
        return True

    def resume(self, connection: str) -> bool:
        self.asked.append(("resume", connection))
        return True

    def look_back(self, connection: str, stream: str, since: datetime) -> LookedBack:
        return LookedBack(stream, since, datetime.now(UTC), 1234)

    def test_alerts(self) -> Sequence[tuple[str, KanonError | None]]:
        refusal = Refused(
            "Оповещение не принято (Telegram, код 401).", "Not taken (Telegram, code 401)."
        )
        return [("mail", None), ("telegram", refusal)]

    def read_again(self, connection: str, stream: str, since: datetime) -> None:
        self.asked.append(("read again", connection, stream, since))
