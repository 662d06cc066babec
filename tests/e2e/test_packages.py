"""What ./run installs with apt, and how: the script with stand-ins for apt and its kind, so that
nothing is installed here. And what the program is linked with, which NOTICE has to name."""

import os
import re
import subprocess

import pytest

from programs import ROOT

SCRIPT = ROOT / "deploy" / "local" / "packages.sh"
CLUSTER_FILE = "/etc/postgresql-common/createcluster.d/shopverse.conf"

# Each writes its command line into $RECORD; what it says besides is its own.
STAND_INS = {
    "dpkg-query": 'case " $MISSING " in *" $3 "*) exit 1 ;; *) printf installed ;; esac',
    "id": 'echo "$AS_USER"',
    "sudo": "exit 1",
    "apt-get": "",
    "sh": "",
}


@pytest.fixture
def install(tmp_path):
    """install(missing, user) runs the script: (exit code, what it said, commands it ran).
    packages says whose packages they are."""
    record = tmp_path / "record"
    for name, says in STAND_INS.items():
        program = tmp_path / name
        program.write_text(f'#!/bin/bash\necho "{name} $*" >>"$RECORD"\n{says}\n')
        program.chmod(0o755)

    def run(missing, user, packages="run"):
        record.write_text("")
        done = subprocess.run(
            [SCRIPT, packages], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False,
            env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "RECORD": str(record),
                 "MISSING": " ".join(missing), "AS_USER": str(user)},
        )
        commands = [line for line in record.read_text().splitlines()
                    if not line.startswith(("dpkg-query", "id"))]
        return done.returncode, done.stderr, commands

    return run


def place_of(wanted, commands):
    """Which command it is that holds that text."""
    found = [at for at, command in enumerate(commands) if wanted in command]
    assert found, f"nothing of {commands} holds {wanted}"
    return found[0]


def test_the_main_cluster_of_debian_is_never_made(install):
    # postgresql-common may be there without a server, or with one of another version.
    code, said, commands = install({"postgresql-15", "mold"}, user=0)
    assert code == 0, said
    assert place_of(f"create_main_cluster = false' >{CLUSTER_FILE}", commands) < place_of(
        "apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install", commands
    )


def test_a_machine_that_has_postgres_keeps_its_settings(install):
    code, said, commands = install({"mold"}, user=0)
    assert code == 0, said
    assert any("install" in command for command in commands)
    assert not any(CLUSTER_FILE in command for command in commands)


def test_without_root_all_commands_are_printed_and_none_is_run(install):
    code, said, commands = install({"postgresql-15", "mold"}, user=1000)
    assert code == 1
    lines = said.splitlines()
    assert place_of(f"create_main_cluster = false' >{CLUSTER_FILE}", lines) < place_of(
        "apt-get install --no-install-recommends", lines
    )
    assert not any(command.startswith(("apt-get", "sh")) for command in commands)
    assert CLUSTER_FILE not in install({"mold"}, user=1000)[1]


def test_a_user_with_sudo_runs_apt_under_it_and_nothing_else(install, tmp_path):
    (tmp_path / "sudo").write_text(
        '#!/bin/bash\necho "sudo $*" >>"$RECORD"\n[ "$1" != -n ] || shift\nexec "$@"\n')
    code, said, commands = install({"postgresql-15", "mold"}, user=1000)
    assert code == 0, said
    apt = ("sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "
           "-o Dpkg::Use-Pty=0")
    assert [command for command in commands if command.startswith("sudo")] == [
        "sudo -n true",
        f"{apt} update",
        f"sudo sh -c mkdir -p {os.path.dirname(CLUSTER_FILE)} &&",
        f"{apt} install -y --no-install-recommends mold postgresql-15",
    ]
    # What ran under it, and that nothing ran beside it.
    for name in ("apt-get", "sh"):
        ran = [command for command in commands if command.startswith(name)]
        assert len(ran) == len([command for command in commands
                                if command.startswith("sudo") and f" {name} " in command])


def test_a_network_that_is_away_is_told_in_one_sentence(install, tmp_path):
    apt_get = tmp_path / "apt-get"
    apt_get.write_text("#!/bin/sh\necho 'W: Failed to fetch http://deb.debian.org/debian'\n")
    code, said, _ = install({"mold"}, user=0)
    assert code == 1
    assert said.splitlines()[-1] == (
        "packages.sh: Debian's package servers cannot be reached; check the network and try again.")


def test_a_disk_that_is_too_full_is_told_before_anything_is_installed(install, tmp_path):
    df = tmp_path / "df"
    df.write_text("#!/bin/sh\necho Avail\necho 12\n")
    df.chmod(0o755)
    assert install({"mold"}, user=0) == (
        1, "packages.sh: too little disk: installing 1 packages needs 60 MB below /usr, "
        "and 12 MB are free.\n", [])


def test_a_shop_is_run_without_what_kafka_needs(install):
    assert install({"openjdk-17-jre-headless", "maven"}, user=0) == (0, "", [])
    code, said, commands = install({"openjdk-17-jre-headless", "maven"}, user=0, packages="kafka")
    assert code == 0, said
    assert commands[-1].endswith("--no-install-recommends openjdk-17-jre-headless maven")


# ---- NOTICE -------------------------------------------------------------------------------------

# As NOTICE calls what the linker calls by the name of a file.
NAMES = {
    "ld-linux-x86-64": "glibc",
    "libbz2": "bzip2",
    "libc": "glibc",
    "libcrypto": "OpenSSL",
    "libfmt": "{fmt}",
    "libgcc_s": "GCC",
    "libgflags": "gflags",
    "libjemalloc": "jemalloc",
    "liblz4": "lz4",
    "libm": "glibc",
    "libpq": "libpq",
    "librdkafka": "librdkafka",
    "libsimdjson": "simdjson",
    "libsnappy": "snappy",
    "libssl": "OpenSSL",
    "libstdc++": "GCC",
    "libz": "zlib",
    "libzstd": "zstd",
}
WITHIN_THE_PROGRAM = {"Boost", "RocksDB"}  # headers, and an archive


def test_the_notice_names_what_the_program_is_linked_with_and_no_more(binary):
    dynamic = subprocess.run(
        ["readelf", "-d", binary], check=True, capture_output=True, text=True
    ).stdout
    linked = {NAMES[name] for name in re.findall(r"NEEDED.*\[([^.]+)\.so", dynamic)}
    notice = (ROOT / "NOTICE").read_text()
    section = notice.split("Libraries the program is linked with")[1].split("\n\n")[0]
    named = {line.split()[0] for line in section.splitlines()[2:]}
    assert named == linked | WITHIN_THE_PROGRAM


def test_the_notice_names_the_servers_that_are_installed_and_what_they_need():
    named = (ROOT / "NOTICE").read_text().split("Libraries the program is linked with")[1]
    for package, name in {"postgresql-15": "PostgreSQL 15", "openjdk-17-jre-headless": "OpenJDK 17",
                          "maven": "Maven 3"}.items():
        assert package in SCRIPT.read_text()
        assert f"\n{name}" in named
    assert "\nApache Kafka" in named
