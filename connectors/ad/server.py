"""A domain controller's address as ldap3 wants it: encrypted, its certificate checked."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from ldap3 import NONE, Server, Tls

PORTS = {"ldaps": 636, "ldap": 389}


def server_at(address: str, ca: Path | None, names: Sequence[str], timeout: float) -> Server:
    """The controller at ldaps://host, or at ldap://host for StartTLS.

    Its certificate must be signed by `ca` (None: by one the system trusts) and bear the name in the
    address or one of `names`.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    tls = Tls(
        validate=ssl.CERT_REQUIRED,
        ca_certs_file=ca and str(ca),
        valid_names=list(names),
        sni=host,
    )
    port = parts.port or PORTS[parts.scheme]
    return Server(
        host, port, use_ssl=parts.scheme == "ldaps", tls=tls, get_info=NONE, connect_timeout=timeout
    )  # fmt: skip
