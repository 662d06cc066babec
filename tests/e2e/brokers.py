"""Kafka brokers of a test's own, by deploy/local/kafka.sh, and a client that is not ours."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import (
    AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewTopic,
)

from programs import ROOT

KAFKA_SCRIPT = ROOT / "deploy" / "local" / "kafka.sh"

needs_kafka = pytest.mark.skipif(
    not (shutil.which("java") and shutil.which("mvn")) and "SHOPVERSE_KAFKA" not in os.environ,
    reason="needs Java and Maven: deploy/local/packages.sh kafka",
)


class Brokers:
    """Those of one folder. They end with this process, however it ends."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.home = self.folder / "kafka"

    def run(self, action, *options, expect=0, **environment):
        """Returns what the script printed; what it said, if it failed."""
        done = subprocess.run(
            [KAFKA_SCRIPT, action, self.folder, *[str(option) for option in options]],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            env={**os.environ, **environment},
        )
        assert done.returncode == expect, f"{action}: {done.returncode}\n{done.stderr}"
        return done.stderr if expect else done.stdout.strip()

    def start(self, count=1):
        self.run("start", "--throw-away", "--brokers", count)
        return self

    @property
    def address(self):
        return self.run("address")

    def pid(self, number=1):
        return int((self.home / str(number) / "pid").read_text())

    def admin(self):
        return AdminClient({"bootstrap.servers": self.address})

    def metadata(self):
        return self.admin().list_topics(timeout=10)

    def make_topic(self, name, partitions=1, settings=None):
        """As many replicas as there are brokers."""
        replicas = len(self.address.split(","))
        topic = NewTopic(name, partitions, replicas, config=settings or {})
        admin = self.admin()
        admin.create_topics([topic])[name].result(30)

    def change(self, topic, settings):
        """As kafka-configs.sh --alter --add-config does."""
        operation = AlterConfigOpType.SET
        entries = [ConfigEntry(name, value, incremental_operation=operation)
                   for name, value in settings.items()]
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=entries)
        admin = self.admin()
        admin.incremental_alter_configs([resource])[resource].result(30)

    def settings_of(self, topic):
        admin = self.admin()
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
        entries = admin.describe_configs([resource])[resource].result(30)
        return {key: entry.value for key, entry in entries.items()}

    def send(self, topic, values):
        """Returns once all of them are acknowledged by all replicas in sync."""
        producer = Producer({"bootstrap.servers": self.address, "enable.idempotence": True,
                             "topic.metadata.propagation.max.ms": 1000})  # when a topic is unknown
        errors = []
        for value in values:
            producer.produce(topic, value, on_delivery=lambda error, _: errors.append(error))
        assert producer.flush(30) == 0
        assert not any(errors), errors

    def read(self, topic, count):
        """The first so many records."""
        with self.reader() as consumer:
            consumer.assign([TopicPartition(topic, 0, 0)])
            records = consumer.consume(count, timeout=30)
            return [record.value().decode() for record in records if not record.error()]

    def messages(self, topic):
        """All there are, of all partitions."""
        with self.reader() as consumer:
            partitions = [TopicPartition(topic, number, 0)
                          for number in self.metadata().topics[topic].partitions]
            ends = [consumer.get_watermark_offsets(each, timeout=30)[1] for each in partitions]
            consumer.assign(partitions)
            found = consumer.consume(sum(ends), timeout=30) if any(ends) else []
        assert len(found) == sum(ends) and not any(message.error() for message in found)
        return found

    @contextlib.contextmanager
    def reader(self):
        consumer = Consumer({"bootstrap.servers": self.address, "group.id": "none",
                             "enable.auto.commit": False})
        try:
            yield consumer
        finally:
            consumer.close()


class ShopLog:
    """A shop's topics, of one prefix."""

    def __init__(self, brokers, prefix):
        self.brokers = brokers
        self.prefix = prefix
        self.place = f"kafka://{brokers.address}/{prefix}"

    def topic(self, name):
        return f"{self.prefix}.{name}"

    def messages(self):
        """All by position, {"commerce-3:17": …}, as a client reads them that is not ours."""
        found = {}
        for name in ("catalog", "commerce", "clicks"):
            for message in self.brokers.messages(self.topic(name)):
                found[f"{name}-{message.partition()}:{message.offset()}"] = message
        return found


def entries(shop):
    """What `shopverse log read` shows: {position: (verdict, the entry's own bytes)}."""
    found = {}
    for line in shop.run("log", "read", "--json").splitlines():
        entry = json.loads(line)
        text = line.split(',"entry":', 1)[1].removesuffix("}")
        found[entry["position"]] = (entry["verdict"], text.encode())
    return found


def other_id(text):
    """An id that nothing has."""
    return text[:-1] + ("a" if text[-1] != "a" else "b")
