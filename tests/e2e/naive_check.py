"""Compares all rows of one version of the storefront's views with a naive fold of a log; says what
differs, and nothing if all is equal.

    python3 naive_check.py LOG CONNINFO SCHEMA      LOG as `shopverse log read --json` prints it
"""

import pathlib
import sys

import naive_fold
from naive_rows import difference, rows_of_fold, rows_of_tables

log, database, schema = sys.argv[1:]
fold = naive_fold.fold(pathlib.Path(log).read_text())
print(difference(rows_of_tables(database, schema), rows_of_fold(fold, database, None)), end="")
