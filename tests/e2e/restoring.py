"""Backups, and shops that are restored from them, with views or without."""

import contextlib

from conftest import new_database, running
from programs import Shop
from sql import load_database, run_sql


def back_up(shop, folder):
    shop.run("backup", folder)
    return folder


@contextlib.contextmanager
def restored(shop, backup, tmp_path, postgres_server, *options, views=None):
    """`views`: what its Postgres holds before the copy starts, a file of pg_dump; else nothing."""
    with new_database(postgres_server) as conninfo:
        copy = Shop(shop.binary, tmp_path / conninfo.split("=")[-1], conninfo)
        copy.database = conninfo
        copy.run("restore", backup, *options)
        if views:
            load_database(conninfo, views)
        loaded = products_stored(copy) if views else []
        with running(copy):
            yield copy
            # Else its views were made anew, and say nothing of those that were restored.
            assert not views or products_stored(copy) == loaded != []


def products_stored(shop):
    """Rows of a table that no erasure touches, each with the transaction that wrote it."""
    return run_sql(shop.database, "SELECT xmin, t.* FROM storefront_1.product t ORDER BY 2")
