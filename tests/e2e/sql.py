"""Queries by psql; dumps, and what they are loaded into."""

import subprocess

BIN = "/usr/lib/postgresql/15/bin"
PSQL = f"{BIN}/psql"


def run_sql(conninfo, sql):
    """The rows as text, fields joined by '|'."""
    done = subprocess.run(
        [PSQL, conninfo, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql],
        check=False, capture_output=True, text=True,
    )
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line]


def dump_of(database):
    """Every row of every table, as text."""
    tables = run_sql(database, "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) "
                               "FROM pg_tables WHERE schemaname NOT LIKE 'pg_%' "
                               "AND schemaname <> 'information_schema'")
    return "\n".join(row for table in tables
                     for row in run_sql(database, f"SELECT t::text FROM {table} t"))


def back_up_database(conninfo, file):
    """As an operator would: pg_dump."""
    subprocess.run([f"{BIN}/pg_dump", "-d", conninfo, "-f", str(file)], check=True)
    return file


def load_database(conninfo, file):
    """Into an empty one."""
    subprocess.run([PSQL, conninfo, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(file)],
                   check=True, stdout=subprocess.DEVNULL)
