"""What deploy/local/build.sh says, with a stand-in for cmake, so that nothing is built here."""

import os
import shutil
import subprocess

from programs import ROOT

SCRIPTS = "deploy/local"
FIRST = "Building (release); the first time this takes about ten minutes.\n"


def test_a_first_build_says_how_long_it_takes_and_a_later_one_says_nothing(tmp_path):
    folder = tmp_path / SCRIPTS
    folder.mkdir(parents=True)
    for script in ("build.sh", "say.sh"):
        shutil.copy(ROOT / SCRIPTS / script, folder)
    cmake = tmp_path / "cmake"
    cmake.write_text("#!/bin/sh\necho not shown\n")
    cmake.chmod(0o755)

    def build(*targets):
        return subprocess.run(
            [folder / "build.sh", "release", *targets], check=True, capture_output=True, text=True,
            env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}).stderr

    # Also after one that was broken off: what counts is the program, not the folder.
    assert [build("shopverse"), build("shopverse")] == [FIRST, FIRST]
    (tmp_path / "build" / "release").mkdir()
    (tmp_path / "build" / "release" / "shopverse").touch()
    assert [build("shopverse"), build()] == ["", ""]
