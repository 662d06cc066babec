"""Processes that feed views and do nothing else: `shopverse project run`."""

import json
import os
import pathlib
import re
import subprocess

from client import AWAY, Client
from programs import Program, wait_until


class Projector(Program):
    """It has no data folder; its log tells where it listens."""

    name = "project"

    def __init__(self, binary, log_file, log, postgres, keys):
        super().__init__(binary, pathlib.Path(log_file).with_suffix(""), "--log", log, "--postgres",
                         postgres, "--keys", keys)

    def start(self, wait=True):
        assert self.process is None, "it runs already"
        with open(self.log_file, "wb") as log:
            self.process = subprocess.Popen(
                [self.binary, "project", "run", *self.arguments], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, env={**os.environ, **self.environment})
        if wait:
            wait_until(self.is_up, 60, "a projector's start")
        return self

    def is_up(self):
        code = self.process.poll()
        assert code is None, f"it ended with {code}:\n{self.log_text()[-3000:]}"
        return "Views are fed." in self.log_text() and self.answers("/readyz") == 200

    @property
    def address(self):
        lines = [json.loads(line) for line in self.log_text().splitlines()]
        url = [line["url.full"] for line in lines if "url.full" in line][-1]
        return url.removeprefix("http://")

    def answers(self, path):
        try:
            return Client(self.address, timeout=10).get(path).status
        except AWAY:
            return None

    def fed(self):
        """The partitions it feeds, by its own word."""
        text = Client(self.address, timeout=10).get("/metrics").expect(200).body.decode()
        return set(re.findall(r'^shopverse_view_fed\{.*partition="([^"]+)".*\} 1$', text,
                              re.MULTILINE))

