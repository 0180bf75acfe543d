"""Sites whose forms may be sent to the hub: `sites.yaml`."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from config.secrets import plain_secrets, resolve
from schemas.yaml_source import read_yaml, validate


class SiteForm(BaseModel):
    """One site: the key its forms show, the pages they may be sent from, and how often."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_.-]{0,62}$")
    api_key: SecretStr = Field(description="env:NAME or file:PATH")
    origins: list[str] = Field(
        default_factory=list, description="https://site.example, from which browsers may send"
    )
    a_minute: int = Field(20, ge=1, description="Most forms within a minute; more is spam")


class Sites(BaseModel):
    """The sites, in order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sites: list[SiteForm] = Field(default_factory=list)


def load_sites(folder: Path) -> tuple[SiteForm, ...]:
    """The installation's sites with their keys filled in; none without a file."""
    file = folder / "sites.yaml"
    if not file.exists():
        return ()
    source = read_yaml(file)
    for number, site in enumerate((source.data or {}).get("sites") or ()):
        if isinstance(site, dict) and plain_secrets(site):
            raise source.error(
                ("sites", number, "api_key"),
                "ключ сайта записан открыто: дайте ссылку env:ИМЯ или file:ПУТЬ.",
                "the site's key stands in the open: refer to it by env:NAME or file:PATH.",
            )
    told = validate(source, Sites)
    return tuple(
        SiteForm.model_validate(
            {**one.model_dump(), "api_key": resolve(one.api_key.get_secret_value(), file=str(file))}
        )
        for one in told.sites
    )
