"""deploy/compose.yaml: it keeps to the schema of compose files, and the processes it describes are
one shop. They run here without containers, with the file's own commands and settings."""

import contextlib
import importlib.resources
import json
import pathlib
import signal
import subprocess

import jsonschema_rs
import pytest
import yaml

from brokers import Brokers, needs_kafka
from conftest import new_database, running
from programs import Sandbox, Shop, wait_until
from projectors import Projector
from shopper import check_books, ready_to_pay
from staff import sell

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]


def of_kind(name):
    """The services kafka1, kafka2, … of "kafka"."""
    return {service: SERVICES[service] for service in SERVICES if service.startswith(name)}


def test_the_file_keeps_to_the_compose_schema():
    vendored = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    schema = json.loads((vendored / "compose-spec.json").read_text())
    jsonschema_rs.validator_for(schema).validate(COMPOSE)


def test_what_the_services_name_is_there():
    for name, service in SERVICES.items():
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"]), name
        assert set(service.get("depends_on", {})) <= set(SERVICES), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            there = (DEPLOY / source).exists() if "/" in source else source in COMPOSE["volumes"]
            assert there, f"{name}: {source}"
    assert (DEPLOY.parent / SERVICES["shop1"]["build"]["dockerfile"]).exists()


def test_three_brokers_make_one_quorum_and_keep_what_one_of_them_loses():
    brokers = of_kind("kafka")
    settings = [broker["environment"] for broker in brokers.values()]
    voters = {f"{each['KAFKA_NODE_ID']}@{name}:9093"
              for name, each in zip(brokers, settings, strict=True)}
    assert {frozenset(each["KAFKA_CONTROLLER_QUORUM_VOTERS"].split(",")) for each in settings} == {
        frozenset(voters)}
    version = (DEPLOY / "local" / "kafka" / "pom.xml").read_text()
    image = {broker["image"] for broker in brokers.values()}.pop()
    assert f"<kafka.version>{image.removeprefix('apache/kafka:')}</kafka.version>" in version
    for name, each in zip(brokers, settings, strict=True):
        assert each["KAFKA_ADVERTISED_LISTENERS"] == f"BROKER://{name}:9092"
        assert (each["KAFKA_DEFAULT_REPLICATION_FACTOR"], each["KAFKA_MIN_INSYNC_REPLICAS"]) == (
            3, 2)


class Node(Shop):
    """One of several, of which the first to start makes the first staff key."""

    def staff_key(self):
        return next(self.data.parent.glob("shop*/staff-key")).read_text().strip()


class Place:
    """What the file's services have on this machine: addresses, databases, folders."""

    def __init__(self, folder, brokers, databases):
        self.folder = folder
        self.brokers = brokers
        self.databases = databases  # by the name the file gives them
        self.sandbox = None

    def settings_of(self, name):
        """The service's variables, each with what stands here for what it names."""
        found = {}
        for variable, value in SERVICES[name]["environment"].items():
            if not variable.startswith("SHOPVERSE_"):
                continue
            found[variable] = self.stand_in(variable.removeprefix("SHOPVERSE_"), value, name)
        return found

    def stand_in(self, setting, value, service):
        if setting == "LOG":
            hosts = value.removeprefix("kafka://").split("/")[0].split(",")
            assert hosts == [f"{broker}:9092" for broker in of_kind("kafka")]
            return f"kafka://{self.brokers}/{value.rsplit('/', 1)[1]}"
        if setting in ("POSTGRES", "KEYS"):
            words = dict(word.split("=") for word in value.split())
            assert words["host"] in SERVICES
            return self.databases[words["dbname"]]
        if setting == "SANDBOX":
            assert value == f"{address_of('sandbox')}:8090"
            return self.sandbox.address
        if setting == "PEER_LISTEN":
            assert value == f"{address_of(service)}:9100"
            return "127.0.0.1:0"
        return "127.0.0.1" if setting == "LISTEN" else value

    def shop(self, binary, name):
        settings = self.settings_of(name)
        assert settings.pop("SHOPVERSE_DATA") == "/data"
        assert SERVICES[name]["command"] == [Shop.name]
        shop = Node(binary, self.folder / name)
        shop.environment = settings
        shop.sandbox = self.sandbox
        return shop

    def projector(self, binary, name):
        program, command, *_ = SERVICES[name]["command"]
        assert (program, command) == ("project", "run")
        settings = self.settings_of(name)
        return Projector(binary, self.folder / f"{name}.log", *(
            settings[f"SHOPVERSE_{each}"] for each in ("LOG", "POSTGRES", "KEYS")))


def address_of(service):
    return SERVICES[service]["networks"]["shop"]["ipv4_address"]


@pytest.fixture(scope="module")
def three_brokers(tmp_path_factory):
    made = Brokers(tmp_path_factory.mktemp("brokers"))
    yield made.start(len(of_kind("kafka")))
    made.run("delete")


@pytest.fixture
def place(binary, tmp_path, postgres_server, three_brokers):
    with new_database(postgres_server) as views, new_database(postgres_server) as keys:
        made = Place(tmp_path, three_brokers.address, {"shop": views, "shop_keys": keys})
        with running(Sandbox(binary, tmp_path / "sandbox")) as made.sandbox:
            yield made


@contextlib.contextmanager
def all_running(programs):
    for program in programs:
        program.start(wait=False)
    try:
        for program in programs:
            wait_until(program.is_up, 90, "all processes")
        yield
    finally:
        for program in programs:
            program.end(signal.SIGTERM, 60)


@needs_kafka
def test_the_processes_of_the_file_are_one_shop(binary, place):
    shops = [place.shop(binary, name) for name in of_kind("shop")]
    projectors = [place.projector(binary, name) for name in of_kind("projector")]
    assert (len(shops), len(projectors)) == (3, 2)
    with all_running([*projectors, *shops]):
        for shop in shops:
            wait_until(lambda shop=shop: shop.api().get("/readyz").status == 200, 60)
        sell(shops[0], "MUG")
        shoppers = []
        for shop in shops:
            wait_until(lambda shop=shop: "MUG" in shop.api().get("/api/v1/products").body.decode())
            shoppers.append(ready_to_pay(shop, "MUG"))
            shoppers[-1].checkout("tok_ok").expect(201)
        assert check_books(shops[0], shoppers, ["MUG"]) == len(shops)


@pytest.mark.parametrize("name", [*of_kind("shop"), *of_kind("projector"), "sandbox"])
def test_every_command_of_the_file_is_one_of_the_program(binary, name):
    """Words that are no option are refused before anything is started."""
    words = [word for word in SERVICES[name]["command"] if not word.startswith("-")]
    command = words[:2] if words[0] == "project" else words[:1]
    done = subprocess.run([binary, *command, "--help"], capture_output=True, text=True, check=True)
    options = [word for word in SERVICES[name]["command"] if word.startswith("--")]
    variables = [v for v in SERVICES[name].get("environment", {}) if v.startswith("SHOPVERSE_")]
    for each in [*options, *variables]:
        assert f"{each} " in done.stdout or f"{each})" in done.stdout, f"{name}: {each}"
