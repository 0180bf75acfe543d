"""The CRM store: tables, migrations, bulk writers, landing, quarantine, feed and search."""

from store.bulk import Written
from store.engine import Reader, Store, Writer, open_store
from store.migrate import downgrade, upgrade

__all__ = ["Reader", "Store", "Writer", "Written", "downgrade", "open_store", "upgrade"]
