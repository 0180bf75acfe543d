"""What may stand in the way of a webhook, by stable code, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# {status} is what the receiver answered.
TROUBLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "answered": ("получатель ответил {status}, нужен 2xx", "the receiver answered {status}, 2xx is needed"),
        "redirected": (
            "получатель отсылает на другой адрес ({status}): укажите конечный",
            "the receiver sends on to another address ({status}): give the final one",
        ),
        "gone": ("получатель ответил 410: больше не слать", "the receiver answered 410: send no more"),
        "too_slow": ("получатель не ответил за 10 секунд", "the receiver did not answer within 10 seconds"),
        "unreachable": ("с получателем нет связи", "the receiver cannot be reached"),
        "name_unknown": ("имя узла не находится", "the host's name is not found"),
        "address_refused": (
            "узел внутри сети и не разрешён в KANON_WEBHOOK_HOSTS",
            "the host is inside the network and not allowed by KANON_WEBHOOK_HOSTS",
        ),
    }
)  # fmt: skip
