"""A real CUPS server in a folder of its own, unprivileged, with a queue of each kind.

``COUNTERFOIL_CUPS_ROOT`` is a folder that the packages of CUPS were unpacked into; without it the
machine's own are taken.
"""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(os.environ.get("COUNTERFOIL_CUPS_ROOT", "/"))
SERVER = ROOT / "usr/sbin/cupsd"
PDF_FILTER = ROOT / "usr/lib/cups/filter/pdftopdf"
RAW_BACKEND = ROOT / "usr/lib/cups/backend/socket"
_COMMANDS = ("bin/lp", "bin/lpstat", "bin/lpoptions", "bin/cancel")
_ADMIN = ("sbin/cupsenable", "sbin/cupsdisable")
_FILES = """\
ServerRoot {home}/etc
ServerBin {home}/lib
DataDir {root}usr/share/cups
CacheDir {home}/cache
StateDir {home}/state
RequestRoot {home}/spool
TempDir {home}/temporary
DocumentRoot {home}/temporary
AccessLog {home}/access.log
ErrorLog {home}/error.log
PageLog {home}/page.log
FileDevice Yes
User {user}
Group {group}
SystemGroup {group} root
"""
_SERVER = """\
Listen {home}/cups.sock
Browsing No
DefaultAuthType None
PreserveJobFiles No
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /admin>
  Order allow,deny
  Allow all
</Location>
"""
_PRINTERS = """\
<Printer {name}>
DeviceURI {device}
State Idle
Accepting Yes
</Printer>
"""
_EMPTY = """\
#!/bin/sh
[ $# = 0 ] && exit
echo "STATE: +media-empty-error" >&2
exec sleep 600
"""
"""A way to a printer that has run out of paper, and says so."""
_PAGE = """\
*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "PAGE.PPD"
*Manufacturer: "Test"
*Product: "(Page)"
*ModelName: "Page"
*ShortNickName: "Page"
*NickName: "Page"
*PSVersion: "(3010.000) 0"
*LanguageLevel: "3"
*ColorDevice: False
*DefaultColorSpace: Gray
*cupsFilter: "application/vnd.cups-pdf 0 -"
*OpenUI *PageSize/Size: PickOne
*DefaultPageSize: A4
*PageSize A4/A4: ""
*CloseUI: *PageSize
*OpenUI *PageRegion/Size: PickOne
*DefaultPageRegion: A4
*PageRegion A4/A4: ""
*CloseUI: *PageRegion
*DefaultImageableArea: A4
*ImageableArea A4/A4: "12 12 583 830"
*DefaultPaperDimension: A4
*PaperDimension A4/A4: "595 842"
*VariablePaperSize: True
*MaxMediaWidth: "700"
*MaxMediaHeight: "2000"
*HWMargins: 0 0 0 0
*CustomPageSize True: "pop pop pop pop pop"
*ParamCustomPageSize Width: 1 points 36 700
*ParamCustomPageSize Height: 2 points 36 2000
*ParamCustomPageSize WidthOffset: 3 points 0 0
*ParamCustomPageSize HeightOffset: 4 points 0 0
*ParamCustomPageSize Orientation: 5 int 0 0
"""
"""A printer that takes PDF on sheets and on rolls, and has margins by default."""


@dataclass(frozen=True, slots=True)
class CupsServer:
    """A server that runs.

    ``Raw`` passes on what it gets, ``Page`` writes pages into a file, and the printer behind
    ``Empty`` has no paper.
    """

    home: Path

    @property
    def commands(self) -> Path:
        """Return the folder of the commands that reach this server and no other."""
        return self.home / "bin"

    def run(self, command: str, *words: str) -> None:
        """Carry out one of its commands."""
        subprocess.run((self.commands / command, *words), check=True, timeout=20)

    def page(self) -> bytes:
        """Return the document that has arrived, once all of it is there."""
        file, pause = self.home / "page.out", threading.Event()
        for _ in range(400):
            if file.exists() and (content := file.read_bytes()).rstrip().endswith(b"%%EOF"):
                return content
            pause.wait(0.05)
        raise AssertionError((self.home / "error.log").read_text())


@contextmanager
def serving(home: Path, port: int) -> Iterator[CupsServer]:
    """Run a server in an empty folder, as a user who may do nothing else.

    Its raw queue sends to a port of this machine.
    """
    user, group = ("nobody", "nogroup") if os.geteuid() == 0 else (str(os.getuid()), "nogroup")
    _lay(home, user, group, port)
    if os.geteuid() == 0:
        for path in (home, *home.rglob("*")):
            if not path.is_symlink():
                shutil.chown(path, user, group)
    line = (SERVER, "-f", "-c", home / "etc/cupsd.conf", "-s", home / "etc/cups-files.conf")
    as_nobody = ("setpriv", "--reuid", user, "--regid", group, "--clear-groups")
    process = subprocess.Popen(
        (*(as_nobody if os.geteuid() == 0 else ()), *line),
        env={**os.environ, "LD_LIBRARY_PATH": _libraries()},
    )
    try:
        pause = threading.Event()
        while not (home / "cups.sock").exists() and process.poll() is None:
            pause.wait(0.02)
        yield CupsServer(home)
    finally:
        process.terminate()
        process.wait(20)


def _lay(home: Path, user: str, group: str, port: int) -> None:
    for name in ("etc/ppd", "cache", "state", "spool", "temporary", "bin"):
        (home / name).mkdir(parents=True)
    root = f"{ROOT}/" if str(ROOT) != "/" else "/"
    named = {"home": home, "root": root, "user": user, "group": group}
    (home / "etc/cups-files.conf").write_text(_FILES.format(**named))
    (home / "etc/cupsd.conf").write_text(_SERVER.format(**named))
    devices = {"Raw": f"socket://127.0.0.1:{port}", "Page": f"file://{home}/page.out"}
    devices["Empty"] = "empty:/printer"
    queues = "".join(_PRINTERS.format(name=name, device=one) for name, one in devices.items())
    (home / "etc/printers.conf").write_text(queues)
    (home / "etc/ppd/Page.ppd").write_text(_PAGE)
    _lay_programs(home / "lib")
    for command in (*_COMMANDS, *_ADMIN):
        real = ROOT / "usr" / command
        program = home / "bin" / real.name
        program.write_text(
            f"#!/bin/sh\nexport CUPS_SERVER={home}/cups.sock LD_LIBRARY_PATH={_libraries()}\n"
            f'exec {real} "$@"\n'
        )
        program.chmod(0o755)


def _lay_programs(folder: Path) -> None:
    """Put the server's own programs into a folder, and one more way to a printer."""
    backends = folder / "backend"
    backends.mkdir(parents=True)
    for program in (ROOT / "usr/lib/cups").iterdir():
        if program.name != backends.name:
            (folder / program.name).symlink_to(program)
    for program in RAW_BACKEND.parent.iterdir():
        (backends / program.name).symlink_to(program)
    (backends / "empty").write_text(_EMPTY)
    (backends / "empty").chmod(0o755)


def _libraries() -> str:
    return "" if str(ROOT) == "/" else str(ROOT / "usr/lib/x86_64-linux-gnu")
