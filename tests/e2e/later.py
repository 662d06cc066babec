"""Programs for which time passes as a test says (tests/tools/later.c)."""

import os
import struct
import subprocess

from programs import ROOT

SOURCE = ROOT / "tests" / "tools" / "later.c"


class Later:
    """Time of a test's own, for programs that are started in its environment."""

    def __init__(self, folder):
        self.library = folder / "later.so"
        self.file = folder / "later"
        self.seconds = 0
        self.pass_by(0)
        subprocess.run(["clang-19", "-O2", "-shared", "-fPIC", SOURCE, "-o", self.library],
                       check=True)

    def environment(self):
        return {"LD_PRELOAD": str(self.library), "LATER": str(self.file)}

    def pass_by(self, seconds):
        """At once, for those that run already too: the file is mapped, and keeps its place."""
        self.seconds += seconds
        file = os.open(self.file, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(file, struct.pack("<q", self.seconds), 0)
        finally:
            os.close(file)
