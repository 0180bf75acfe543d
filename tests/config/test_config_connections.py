"""Connection files: what is wrong is named by file, line and cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.connections import load_connections, the_connection
from config.logging import redact
from config.secrets import resolve
from config.trust import load_trust
from schemas.errors import ConfigError


def write(folder: Path, text: str, name: str = "main.yaml") -> Path:
    (folder / "connections").mkdir(exist_ok=True)
    (folder / "connections" / name).write_text(text, encoding="utf-8")
    return folder


def test_a_connection_is_named_by_its_file(tmp_path: Path) -> None:
    folder = write(tmp_path, "kind: ebs\nsettings:\n  orgs: [101]\n", "steel-ebs.yaml")
    connection = load_connections(folder)["steel-ebs"]
    assert connection.trusted_as == "ebs"
    assert connection.settings == {"orgs": [101]}


def test_an_unknown_setting_names_its_file_and_line(tmp_path: Path) -> None:
    write(tmp_path, "kind: ebs\n\nshedule: '* * * * *'\n")
    with pytest.raises(ConfigError, match=r"main\.yaml:3: setting 'shedule'"):
        load_connections(tmp_path)


def test_a_repeated_key_is_refused_with_both_lines(tmp_path: Path) -> None:
    write(tmp_path, "kind: ebs\nkind: onec\n")
    with pytest.raises(ConfigError, match=r"main\.yaml:2: .*first on line 1"):
        load_connections(tmp_path)


def test_a_secret_in_the_open_is_refused_without_being_repeated(tmp_path: Path) -> None:
    write(tmp_path, "kind: onec\nsettings:\n  login: hub\n  password: qwerty-42\n")
    with pytest.raises(ConfigError, match=r"main\.yaml:4: .*env:NAME") as caught:
        load_connections(tmp_path)
    assert "qwerty-42" not in str(caught.value) + caught.value.ru + caught.value.detail


def test_secrets_come_from_environment_and_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEC_PASSWORD", "пароль")
    secret = tmp_path / "token"
    secret.write_text("abc\n", encoding="utf-8")
    settings = {"password": "env:ONEC_PASSWORD", "deep": [{"token": f"file:{secret}"}], "n": 1}
    assert resolve(settings, file="x") == {"password": "пароль", "deep": [{"token": "abc"}], "n": 1}


def test_a_missing_secret_says_which_and_where() -> None:
    with pytest.raises(ConfigError, match=r"x\.yaml: .*NO_SUCH_VARIABLE"):
        resolve({"password": "env:NO_SUCH_VARIABLE"}, file="x.yaml")


def test_an_unknown_connection_lists_the_known(tmp_path: Path) -> None:
    connections = load_connections(write(tmp_path, "kind: ebs\n"))
    with pytest.raises(ConfigError, match="Known: main"):
        the_connection(connections, "mian")


def test_the_shipped_trust_order_prefers_the_register_for_requisites(tmp_path: Path) -> None:
    assert load_trust(tmp_path).by_field()["inn"][0] == "registry"


def test_the_log_shows_no_phone_mail_or_login() -> None:
    text = redact(
        "call +7 (343) 289-11-22, mail a.b@zavod.ru, http://hub:pw@host/base, ИНН 7707083893"
    )
    assert "289" not in text
    assert "zavod" not in text
    assert "pw" not in text
    assert "7707083893" in text
