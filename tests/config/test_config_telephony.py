"""Mistakes in the settings of telephony are told with file, line and cure, in Russian and English."""

from __future__ import annotations

from pathlib import Path

import pytest

from admin.commands.setup import config_check
from config.telephony import load_telephony
from schemas.errors import ConfigError

TELEPHONY = [
    ("usual: '600'\ninternal: '[1-'\n", 2, "это не регулярное выражение", "is no regular expression"),
    ("told_twice: {a: b, b: a}\n", 1, "ведёт от a назад к a", "leads from a back to a"),
    ("told_twice:\n  pbx: cc\n", 2, "подключения «cc» нет", "there is no connection 'cc'"),
    ("recordings:\n  front: {folder: /srv}\n", 2, "подключения «front» нет", "no connection 'front'"),
    ("missed_from: 3\ndial: front\n", 2, "создайте connections/front.yaml", "make connections/front.yaml"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "ru", "en"), TELEPHONY)
def test_a_mistake_in_the_rules_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, ru: str, en: str
) -> None:
    file = tmp_path / "telephony.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_telephony(tmp_path, {"pbx"})
    assert (caught.value.file, caught.value.line) == (str(file), line)
    assert ru in caught.value.for_user("ru")
    assert en in caught.value.for_user("en")


AVAYA = "kind: avaya\nsettings:\n  path: logs\n"
CONNECTIONS = [
    (f"{AVAYA}  layout: expandet\n", 4, "Раскладки «expandet» нет"),
    (f"{AVAYA}  layout:\n    order: [cond-code 1, date 6]\n", 4, "нужны поля dialed-num и dur"),
    (f"{AVAYA}  layout:\n    order: [dialed-num, dur 4]\n", 4, "нет длины; пишут так: code-dial 4"),
    (f"{AVAYA}  layout: lsu\n  listen: '99000'\n", 5, "порт не бывает больше 65535"),
    (f"{AVAYA}  layout: lsu\n  peers: [10.0.0.300]\n", 5, "не адрес и не сеть"),
    ("kind: asterisk\nsettings:\n  path: logs\n  zone: Moscow\n", 4, "зона вроде Europe/Moscow"),
    ("kind: asterisk\nsettings:\n  columns: [src]\n", 3, "нужны и столбцы dst, start, end"),
]


@pytest.mark.parametrize(("text", "line", "told"), CONNECTIONS)
def test_a_mistake_in_a_connection_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    text: str, line: int, told: str,
) -> None:  # fmt: skip
    folder = tmp_path / "config" / "connections"
    folder.mkdir(parents=True)
    (folder / "pbx.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("KANON_HOME", str(tmp_path))
    monkeypatch.setenv("KANON_LANGUAGE", "ru")
    assert config_check() == 2
    shown = capsys.readouterr().out
    assert f"pbx.yaml:{line}: " in shown
    assert told in shown
    assert "function-after" not in shown
    assert "Value error" not in shown


def test_the_rules_of_telephony_are_checked_with_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "telephony.yaml").write_text("internal: '['\n", encoding="utf-8")
    monkeypatch.setenv("KANON_HOME", str(tmp_path))
    with pytest.raises(ConfigError, match=r"telephony\.yaml:1"):
        config_check()
