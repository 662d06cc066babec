"""Queries by psql."""

import subprocess

PSQL = "/usr/lib/postgresql/15/bin/psql"


def run_sql(conninfo, sql):
    """The rows as text, fields joined by '|'."""
    done = subprocess.run(
        [PSQL, conninfo, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql],
        check=False, capture_output=True, text=True,
    )
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line]
