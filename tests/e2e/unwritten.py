"""A Postgres that dies with commits it has not written yet: synchronous_commit is off."""

import contextlib
import os
import signal

from sql import run_sql


@contextlib.contextmanager
def commits_kept_in_memory(conninfo):
    """Nobody writes them behind those who commit; the process that would, ends with the block."""
    writer = int(run_sql(conninfo, "SELECT pid FROM pg_stat_activity "
                                   "WHERE backend_type = 'walwriter'")[0])
    os.kill(writer, signal.SIGSTOP)
    try:
        yield writer
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(writer, signal.SIGKILL)


def check_unwritten(conninfo):
    """What was committed last would be lost now."""
    places = "pg_current_wal_flush_lsn() < pg_current_wal_insert_lsn()"
    assert run_sql(conninfo, f"SELECT {places}") == ["t"], "all commits are written"
