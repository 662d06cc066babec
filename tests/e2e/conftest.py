"""Fixtures of the end-to-end tests: the real programs, each test with a shop of its own.

    def test_something(shop):            # serve with Postgres and a sandbox beside it
        shop.api().get("/livez").expect(200)

SHOPVERSE_BINARY names the program, SHOPVERSE_TEST_POSTGRES (a libpq conninfo) a Postgres in which
databases may be made; without it one is started, and deleted at the end."""

import contextlib
import itertools
import os
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from brokers import Brokers, ShopLog  # noqa: E402
from programs import ROOT, Sandbox, Shop, find_binary  # noqa: E402
from sql import run_sql  # noqa: E402

POSTGRES_SCRIPT = ROOT / "deploy" / "local" / "postgres.sh"
database_numbers = itertools.count(1)
log_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def binary():
    return find_binary()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory):
    """The conninfo of a server."""
    named = os.environ.get("SHOPVERSE_TEST_POSTGRES")
    if named:
        yield named
        return
    folder = tmp_path_factory.mktemp("postgres")
    subprocess.run([POSTGRES_SCRIPT, "start", folder, "--throw-away"], check=True)
    conninfo = subprocess.run(
        [POSTGRES_SCRIPT, "conninfo", folder], check=True, capture_output=True, text=True
    ).stdout.strip()
    yield conninfo
    subprocess.run([POSTGRES_SCRIPT, "delete", folder], check=True)


@contextlib.contextmanager
def new_database(postgres_server):
    """The conninfo of an empty database, gone afterwards."""
    name = f"e2e_{os.getpid()}_{next(database_numbers)}"
    run_sql(postgres_server, f"CREATE DATABASE {name}")
    try:
        yield f"{postgres_server} dbname={name}"
    finally:
        run_sql(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def running(program):
    """The program, stopped in order if it still runs afterwards."""
    program.start()
    try:
        yield program
    finally:
        if program.process is not None:
            program.stop()


@contextlib.contextmanager
def running_with_sandbox(binary, data, postgres_server, *arguments, **delays):
    """A shop with those options and views, beside a sandbox with those delays."""
    with (running(Sandbox(binary, data, **delays)) as sandbox,
          new_database(postgres_server) as conninfo,
          running(Shop(binary, data, conninfo, *arguments)) as shop):
        shop.sandbox = sandbox
        yield shop


@pytest.fixture
def database(postgres_server):
    with new_database(postgres_server) as conninfo:
        yield conninfo


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def sandbox(binary, data):
    with running(Sandbox(binary, data)) as program:
        yield program


@pytest.fixture
def make_shop(binary, data, database, sandbox):
    """Starts a shop with further options: make_shop("--demo", "catalog")."""
    made = []

    def make(*arguments, start=True):
        program = Shop(binary, data, database, *arguments)
        program.sandbox = sandbox
        program.database = database
        made.append(program)
        return program.start() if start else program

    yield make
    for program in made:
        if program.process is not None:
            program.stop()


@pytest.fixture
def shop(make_shop):
    return make_shop()


@pytest.fixture(scope="module")
def shared_shop(binary, tmp_path_factory, postgres_server):
    """One shop for all tests of a file that change nothing in it."""
    folder = tmp_path_factory.mktemp("shared") / "data"
    with new_database(postgres_server) as conninfo, running(Shop(binary, folder, conninfo)) as shop:
        yield shop


@pytest.fixture(scope="module")
def brokers(tmp_path_factory):
    """One Kafka broker for all tests of a file."""
    made = Brokers(tmp_path_factory.mktemp("brokers"))
    yield made.start()
    made.run("delete")


@pytest.fixture
def log(brokers):
    """Topics that are not there yet, for a shop of the test's own."""
    return ShopLog(brokers, f"shop{next(log_numbers)}")
