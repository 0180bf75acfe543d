"""Every fenced example is of a known kind and is executed or parsed; shown results are real."""

from __future__ import annotations

import configparser
import csv
import importlib.machinery
import importlib.util
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from admin.cli import app
from config.acknowledge import load_acknowledgements
from config.authority import load_authority
from config.connections import load_connections
from config.directory import load_directory
from config.enquiries import load_enquiries
from config.routing import load_routing
from config.sites import load_sites
from config.stages import load_stages, shipped_stages
from config.stock import load_stock, shipped_stock
from config.telephony import Telephony, load_telephony
from config.trust import load_trust
from connectors.registry import build
from mappings.load import load_mapping, shipped_streams
from mappings.nomenclature import shipped as grammar
from schemas.errors import ConfigError
from tests.docs.conftest import Walk
from tests.docs.fences import README, ROOT, Fence, all_fences, fences, follow, run_shell
from tests.support.postgres import run_sql

OPERATIONS = ROOT / "docs" / "operations.md"
# kind → where it is proved
KINDS = {
    "bash": "parsed here",
    "bash run": "followed here",
    "bash api": "test_docs_api",
    "json answer": "test_docs_api",
    "python consumer": "test_docs_api",
    "python creator": "test_docs_api",
    "python client": "test_docs_api",
    "python receiver": "test_docs_api",
    "python run": "test_docs_pages",
    "python": "test_docs_connector",
    "csv file": "followed here",
    "yaml file": "followed here",
    "yaml connection": "built here",
    "yaml override": "compiled here, or in tests/mappings",
    "yaml trust": "loaded here",
    "yaml directory": "loaded here",
    "yaml telephony": "loaded here",
    "yaml enquiries": "loaded here",
    "yaml acknowledge": "loaded here",
    "yaml authority": "loaded here",
    "yaml routing": "loaded here",
    "yaml sites": "loaded here",
    "yaml stages": "loaded here",
    "yaml stock": "loaded here",
    "yaml": "tests/mappings",
    "yaml class": "tests/mappings/test_mappings_nomenclature",
    "ini systemd": "parsed here",
    "crontab": "parsed here",
    "console": "generated",
    "text": "drawings",
    "text output": "compared here",
    "nginx": "tests/admin/test_admin_proxy",
}
# A bare kind is proved by the test of one page only.
ONLY_ON = {"python": "writing-a-connector.md", "yaml": "mappings.md", "console": "cli.md"}


@pytest.mark.parametrize("fence", all_fences(), ids=lambda f: f.name)
def test_every_example_is_of_a_kind_that_is_proved(fence: Fence) -> None:
    assert fence.kind in KINDS, f"{fence.name}: `{fence.info}` is proved by no test"
    assert fence.page.name == ONLY_ON.get(fence.kind, fence.page.name), fence.name


def known_run_commands() -> set[str]:
    loader = importlib.machinery.SourceFileLoader("run_script", str(ROOT / "run"))
    spec = importlib.util.spec_from_loader("run_script", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return set(module.COMMANDS)


def commands(text: str) -> Iterator[list[str]]:
    """The words of each line, without comments, assignments in front and `cd … &&`."""
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        if "&&" in words:
            words = words[words.index("&&") + 1 :]
        while words and "=" in words[0]:
            words = words[1:]
        if words:
            yield words


def check_command(words: list[str], where: str) -> None:
    """A command of ours is one that exists, with options it has."""
    program = Path(words[0]).name
    if words[0] == "./run":
        assert words[1] in known_run_commands(), where
        words = ["kanon", *words[2:]] if words[1] == "kanon" else ["kanon", *words[1:]]
        program = "kanon" if words[1:2] == ["demo"] else ""
    if program == "kanon" and len(words) > 1:
        app.parse_args(words[1:], exit_on_error=False, print_error=False)


@pytest.mark.parametrize("fence", all_fences("bash", "bash run"), ids=lambda f: f.name)
def test_a_shell_example_is_well_formed(fence: Fence) -> None:
    subprocess.run(["bash", "-n", "-c", fence.text], check=True)
    for words in commands(fence.text):
        check_command(words, fence.name)


def test_an_unknown_option_would_be_noticed() -> None:
    from cyclopts.exceptions import CycloptsError

    with pytest.raises(CycloptsError):
        check_command(["kanon", "sync", "erp", "--no-such-option"], "here")


def test_readme_can_be_followed_from_an_empty_folder(walk: Walk) -> None:
    assert len(walk.outputs) >= 4
    assert (walk.folder / "var" / "kanon.db").exists()


def test_the_outputs_shown_are_real(walk: Walk) -> None:
    shown = [fence for fence in fences(README) if fence.kind == "text output"]
    printed = list(walk.outputs.items())
    assert shown
    for fence in shown:
        before = [text for name, text in printed if int(name.split(":")[1]) < fence.line]
        assert fence.text.strip() in before[-1], f"{fence.name}: got\n{before[-1]}"


def test_operations_can_be_followed_after_readme(walk: Walk, tmp_path: Path) -> None:
    shutil.copytree(walk.folder, tmp_path / "reader")
    plain = [fence for fence in fences(OPERATIONS) if fence.info == "bash run"]
    outputs = follow(plain, tmp_path / "reader")
    assert len(outputs) == len(plain) >= 3
    assert (tmp_path / "reader" / "restored" / "kanon.db").exists()


def test_the_store_is_made_on_postgresql(postgres_socket: str, tmp_path: Path) -> None:
    (fence,) = (fence for fence in fences(OPERATIONS) if fence.info == "bash run postgresql")
    run_sql(postgres_socket, "CREATE DATABASE kanon")
    shown = "postgresql://kanon@/kanon?host=/var/run/postgresql"
    assert shown in fence.text
    text = fence.text.replace(shown, f"postgresql://hub@/kanon?host={postgres_socket}")
    try:
        assert "Store: none →" in run_shell(text, tmp_path)
    finally:
        run_sql(postgres_socket, "DROP DATABASE kanon WITH (FORCE)")


@pytest.mark.parametrize("fence", all_fences("yaml connection"), ids=lambda f: f.name)
def test_a_connection_is_accepted(
    fence: Fence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x", encoding="utf-8")
    text = fence.text.replace("file:/run/secrets/trade", f"file:{secret}")
    for word in text.split():
        if word.startswith("env:"):
            monkeypatch.setenv(word.removeprefix("env:"), "x")
    file = tmp_path / "connections" / f"{fence.value}.yaml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    connection = load_connections(tmp_path)[fence.value]
    assert build(connection.kind, connection.name, connection.open_settings())


@pytest.mark.parametrize("fence", all_fences("yaml override"), ids=lambda f: f.name)
def test_an_override_compiles(fence: Fence, tmp_path: Path) -> None:
    kind, stream = fence.value.split("/")
    file = tmp_path / "override.yaml"
    file.write_text(fence.text, encoding="utf-8")
    found = load_mapping(kind, stream, file)
    if stream in shipped_streams(kind):
        assert found.version != load_mapping(kind, stream).version


@pytest.mark.parametrize("fence", all_fences("yaml trust"), ids=lambda f: f.name)
def test_a_trust_order_is_accepted_and_names_real_fields(fence: Fence, tmp_path: Path) -> None:
    (tmp_path / "trust.yaml").write_text(fence.text, encoding="utf-8")
    shipped, fields = load_trust(ROOT).by_field(), load_trust(tmp_path).by_field()
    assert fields
    assert set(fields) <= set(shipped)


@pytest.mark.parametrize("fence", all_fences("yaml directory"), ids=lambda f: f.name)
def test_a_directory_is_accepted(fence: Fence, tmp_path: Path) -> None:
    (tmp_path / "directory.yaml").write_text(fence.text, encoding="utf-8")
    assert load_directory(tmp_path) is not None


@pytest.mark.parametrize("fence", all_fences("yaml telephony"), ids=lambda f: f.name)
def test_numbers_of_ours_are_accepted(fence: Fence, tmp_path: Path) -> None:
    (tmp_path / "telephony.yaml").write_text(fence.text, encoding="utf-8")
    assert load_telephony(tmp_path) != Telephony()


@pytest.mark.parametrize("fence", all_fences("yaml routing"), ids=lambda f: f.name)
def test_a_routing_table_is_loaded(fence: Fence, tmp_path: Path) -> None:
    (tmp_path / "routing.yaml").write_text(fence.text, encoding="utf-8")
    assert load_routing(tmp_path) != load_routing(ROOT)


@pytest.mark.parametrize("fence", all_fences("yaml enquiries"), ids=lambda f: f.name)
def test_topics_are_accepted(fence: Fence, tmp_path: Path) -> None:
    (tmp_path / "enquiries.yaml").write_text(fence.text, encoding="utf-8")
    assert load_enquiries(tmp_path) != load_enquiries(ROOT)


@pytest.mark.parametrize("fence", all_fences("yaml authority"), ids=lambda f: f.name)
def test_what_may_be_told_is_accepted(fence: Fence, tmp_path: Path) -> None:
    usual = load_authority(tmp_path)
    (tmp_path / "authority.yaml").write_text(fence.text, encoding="utf-8")
    told = load_authority(tmp_path)
    assert (told.general, told.confidential) == (usual.general, usual.confidential)
    assert told.representatives


@pytest.mark.parametrize("fence", all_fences("yaml acknowledge"), ids=lambda f: f.name)
def test_acknowledgements_are_accepted(fence: Fence, tmp_path: Path) -> None:
    assert load_acknowledgements(tmp_path) is None
    (tmp_path / "acknowledge.yaml").write_text(fence.text, encoding="utf-8")
    assert load_acknowledgements(tmp_path) is not None
    (tmp_path / "acknowledge.yaml").write_text(
        fence.text.replace("{number}", "{name}"), encoding="utf-8"
    )
    with pytest.raises(ConfigError, match="number"):
        load_acknowledgements(tmp_path)


@pytest.mark.parametrize("fence", all_fences("yaml sites"), ids=lambda f: f.name)
def test_sites_are_accepted(fence: Fence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sites.yaml").write_text(fence.text, encoding="utf-8")
    monkeypatch.setenv("KANON_SITE_KEY", "k" * 20)
    [site] = load_sites(tmp_path)
    assert site.api_key.get_secret_value() == "k" * 20
    assert load_sites(ROOT) == ()


@pytest.mark.parametrize("fence", all_fences("yaml stock"), ids=lambda f: f.name)
def test_thresholds_of_stock_are_accepted(fence: Fence, tmp_path: Path) -> None:
    (tmp_path / "stock.yaml").write_text(fence.text, encoding="utf-8")
    told = load_stock(tmp_path)
    assert (told.old_days, set(told.short_lengths)) == (180, {"cable_power", "rebar"})
    assert set(told.short_lengths) | set(shipped_stock().short_lengths) <= set(grammar().classes)
    assert load_stock(ROOT) == shipped_stock()
    (tmp_path / "stock.yaml").write_text(
        fence.text.replace("old_days", "old_day"), encoding="utf-8"
    )
    with pytest.raises(ConfigError, match=r"stock\.yaml:\d+.*old_day"):
        load_stock(tmp_path)


@pytest.mark.parametrize("fence", all_fences("yaml stages"), ids=lambda f: f.name)
def test_steps_of_work_are_accepted_and_ask_for_real_fields(fence: Fence, tmp_path: Path) -> None:
    (tmp_path / "stages.yaml").write_text(fence.text, encoding="utf-8")
    told = load_stages(tmp_path)
    assert told.missing("sole_trader", {"inn"})[0][1] == ["full_name", "ogrn", "legal_address"]
    assert load_stages(ROOT) == shipped_stages()
    (tmp_path / "stages.yaml").write_text(fence.text.replace("kpp, ", "kpq, "), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"stages\.yaml:\d+.*kpq"):
        load_stages(tmp_path)


@pytest.mark.parametrize("fence", all_fences("ini systemd"), ids=lambda f: f.name)
def test_a_unit_starts_a_real_command(fence: Fence) -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's names have capitals
    unit.read_string(fence.text)
    check_command(shlex.split(unit["Service"]["ExecStart"]), fence.name)
    assert unit["Install"]["WantedBy"] == "multi-user.target"


@pytest.mark.parametrize("fence", all_fences("crontab"), ids=lambda f: f.name)
def test_a_cron_line_starts_a_real_command(fence: Fence) -> None:
    for line in fence.text.splitlines():
        *times, user, command = line.split(maxsplit=6)
        assert len(times) == 5
        assert user.isalpha()
        for words in commands(command):
            check_command(words, fence.name)


def test_files_of_examples_are_readable() -> None:
    for fence in all_fences("csv file"):
        rows = list(csv.reader(fence.text.splitlines(), delimiter=";"))
        assert len({len(row) for row in rows}) == 1, fence.name
    for fence in all_fences("yaml file"):
        assert yaml.safe_load(fence.text), fence.name
