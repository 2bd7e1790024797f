"""A print service that records its jobs: ``lp`` and ``lpstat`` as small programs on the path."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

_LP = """#!{python}
import json, os, pathlib, signal, sys, time
home = pathlib.Path({home!r})
mode = (home / "mode").read_text()
if mode == "refuse":
    sys.exit("lp: The printer or class does not exist.")
if mode == "stopped":
    sys.exit("lp: Destination is not accepting jobs.")
if mode == "silent":
    sys.exit("lp: Error - scheduler not responding.")
if mode == "hang":
    (home / "started").touch()
    while True:
        time.sleep(60)
content = sys.stdin.buffer.read()
number = len(list(home.glob("job-*.json"))) + 1
record = {{"arguments": sys.argv[1:], "environment": dict(os.environ)}}
# What the print service keeps is paper, in the till's eyes.
(home / "paper" / f"job-{{number}}.pdf").write_bytes(content)
(home / f"job-{{number}}.json").write_text(json.dumps(record))
if mode == "breaks":
    sys.exit("lp: Error - unable to queue from stdin - Internal Server Error.")
if mode == "unsaid":
    sys.exit("lp: Broken pipe")
if mode == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
print(f"request id is Kitchen-{{number}} (0 file(s))")
"""

_OTHER = """#!{python}
import pathlib, sys
home = pathlib.Path({home!r})
if sys.argv[0].endswith("lpoptions"):
    print((home / "options").read_text())
else:
    with (home / "commands").open("a") as file:
        print(pathlib.Path(sys.argv[0]).name, *sys.argv[1:], file=file)
    if (home / "mode").read_text() == "refuse":
        sys.exit(1)
    if sys.argv[0].endswith("cupsenable"):
        (home / "state").write_text("printer Kitchen is idle.  enabled since today")
"""

_LPSTAT = """#!{python}
import pathlib, sys
home = pathlib.Path({home!r})
if sys.argv[1] == "-H":
    print((home / "server").read_text())
elif sys.argv[1] == "-e":
    print("Kitchen\\nFront_Desk\\nbad name\\n-x\\nKüche@2:1")
else:
    print((home / "device").read_text())
    print((home / "state").read_text())
    if "-o" in sys.argv and (home / "waiting").exists():
        print((home / "waiting").read_text())
"""


@dataclass(frozen=True, slots=True)
class Job:
    """What one run of ``lp`` was given."""

    arguments: tuple[str, ...]
    environment: dict[str, str]
    pdf: bytes


@dataclass(frozen=True, slots=True)
class FakeLp:
    """The dials and the records of the fake print service."""

    home: Path

    def set_mode(self, mode: str) -> None:
        """Choose what ``lp`` does.

        It accepts, hangs, says no in three ways, or fails with the slip in its hands in three.
        """
        (self.home / "mode").write_text(mode)

    def set_device(self, line: str) -> None:
        """Choose what ``lpstat -v`` says of the queue."""
        (self.home / "device").write_text(line)

    def set_state(self, line: str) -> None:
        """Choose what ``lpstat -p`` says of the queue."""
        (self.home / "state").write_text(line)

    def serve_at(self, server: str) -> None:
        """Choose where the print service is."""
        (self.home / "server").write_text(server)

    def keep_waiting(self, job: str) -> None:
        """Let a job never be done."""
        (self.home / "waiting").write_text(f"{job}   shop   1024   Sun Nov 29 12:00:00 2026")

    def set_options(self, line: str) -> None:
        """Choose what ``lpoptions`` says of the queue."""
        (self.home / "options").write_text(line)

    def commands(self) -> list[str]:
        """Return what else the print service was told, in order."""
        told = self.home / "commands"
        return told.read_text().splitlines() if told.exists() else []

    def jobs(self) -> list[Job]:
        """Return every job in order."""
        jobs = []
        for path in sorted(self.home.glob("job-*.json")):
            record = json.loads(path.read_text())
            pdf = (self.home / "paper" / f"{path.stem}.pdf").read_bytes()
            jobs.append(Job(tuple(record["arguments"]), record["environment"], pdf))
        return jobs


def install_fake_lp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeLp:
    """Put the fake commands alone on the path and return their records."""
    home = tmp_path / "print-service"
    (home / "paper").mkdir(parents=True)
    programs = home / "bin"
    programs.mkdir()
    others = dict.fromkeys(("lpoptions", "cancel", "cupsenable"), _OTHER)
    for name, text in {"lp": _LP, "lpstat": _LPSTAT, **others}.items():
        program = programs / name
        # -I -S: no site packages, so that it starts quickly.
        program.write_text(text.format(python=f"{sys.executable} -IS", home=str(home)))
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    fake = FakeLp(home)
    fake.set_mode("accept")
    fake.serve_at("/run/cups/cups.sock")
    fake.set_device("device for Kitchen: usb://EPSON/TM-T20III")
    fake.set_state("printer Kitchen is idle.  enabled since Sun Nov 29 12:00:00 2026")
    fake.set_options("copies=1 printer-info=Kitchen printer-make-and-model='EPSON TM-T20III'")
    return fake
