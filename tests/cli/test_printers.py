"""Which printers there are, and a test slip: with the till open or not."""

import sys
from pathlib import Path

import pytest
import zxingcpp

from counterfoil.adapters.printing import finding
from counterfoil.adapters.printing.usb_line import UsbPrinter
from counterfoil_sandbox.printer.escpos import EscPosPrinter, Trouble
from counterfoil_sandbox.printer.picture import draw
from counterfoil_sandbox.server import SandboxServer
from support.fake_lp import install_fake_lp
from support.pty_printer import PtyPrinter
from support.raw_printer import RawPrinter
from support.tills import CommandLine, command_line

TEST_CODE = "TEST-TEST"


@pytest.fixture
def till(server: SandboxServer, tmp_path: Path) -> CommandLine:
    """Return the command line of a till without staff or journal: no command here needs either."""
    return command_line(tmp_path, server.url, has_staff=False)


def choose(till: CommandLine, section: str) -> None:
    """Add a printer to the till's settings."""
    assert till.settings is not None
    with till.settings.open("a", encoding="utf-8") as file:
        file.write(f"\n[printer]\n{section}\n")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no print command here")
def test_the_queues_of_the_system_are_listed(
    till: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside where slips go now."""
    install_fake_lp(tmp_path, monkeypatch)
    choose(till, 'kind = "network"\nhost = "192.168.0.9"\nprofile = "TM-T20II"')
    told = till.json("printers")
    assert told["chosen"] == {"kind": "network", "name": "192.168.0.9:9100", "columns": 48}
    assert {"kind": "queue", "name": "Front_Desk", "model": ""} in told["found"]
    lines = till.run("printers").out.splitlines()
    assert lines[0] == "Slips go to: network 192.168.0.9:9100, 48 columns"
    assert "queue     Kitchen" in lines


@pytest.mark.skipif(sys.platform == "win32", reason="there is no print command here")
def test_a_paused_queue_is_said_and_goes_on_by_one_command(
    till: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the print system lets this user; a till without a queue has nothing to resume."""
    service = install_fake_lp(tmp_path, monkeypatch)
    assert till.run("printer", "resume", as_json=True).document["error"]["code"] == "no_queue"
    choose(till, 'kind = "queue"\nqueue = "Kitchen"')
    service.set_state("printer Kitchen disabled since Sun Nov 29 12:00:00 2026 -")
    paused = till.run("printer", "test")
    assert (paused.code, paused.err) == (
        1,
        "The print queue is paused: counterfoil printer resume\n",
    )
    assert till.json("printer", "resume") == {"queue": "Kitchen"}
    assert service.commands() == ["cupsenable Kitchen"]
    service.set_mode("refuse")
    refused = till.run("printer", "resume", as_json=True)
    assert (refused.code, refused.document["error"]["code"]) == (1, "not_resumed")


@pytest.mark.parametrize(
    ("section", "chosen", "line"),
    [
        ("", {"kind": "folder", "name": "", "columns": 42}, "Slips go to: folder, 42 columns"),
        ('kind = "none"', {"kind": "none", "name": "", "columns": 42}, "The settings name no pr"),
        (
            'kind = "usb"\ndevice = "04b8:0e28"',
            {"kind": "usb", "name": "04b8:0e28", "columns": 42},
            "Slips go to: usb 04b8:0e28, 42 columns",
        ),
        (
            'kind = "serial"\ndevice = "/dev/ttyS0"\nprofile = "generic-58"',
            {"kind": "serial", "name": "/dev/ttyS0", "columns": 32},
            "Slips go to: serial /dev/ttyS0, 32 columns",
        ),
        (
            'kind = "queue"\nqueue = "Kitchen"\npaper = "58"',
            {"kind": "queue", "name": "Kitchen", "columns": 32},
            "Slips go to: queue Kitchen, 32 columns",
        ),
    ],
)
def test_a_machine_without_printers_says_so(
    till: CommandLine,
    section: str,
    chosen: dict[str, object],
    line: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No print system is there, and no printer."""
    monkeypatch.setenv("PATH", str(till.data_dir))
    choose(till, section)
    assert till.json("printers") == {"chosen": chosen, "fallback": None, "found": []}
    first, second = till.run("printers").out.splitlines()
    assert first.startswith(line)
    assert second == "None found on this machine."


def test_a_test_slip_shows_all_that_a_printer_can_do(till: CommandLine) -> None:
    """Its columns, letters that are a picture, both codes and the cut; and it says it is none."""
    with RawPrinter(EscPosPrinter(dots=576)) as raw:
        choose(
            till, f'kind = "network"\nhost = "127.0.0.1"\nport = {raw.port}\nprofile = "TM-T20II"'
        )
        said = till.run("printer", "test")
    assert said.out.startswith(f"Test slip sent: 127.0.0.1:{raw.port}")
    (paper,) = raw.machine.papers
    assert "TEST: NOT A SLIP" in paper.text
    assert ("1234567890" * 5)[:48] in paper.text.splitlines()
    assert len(paper.rasters) == 2
    assert {code.text for code in zxingcpp.read_barcodes(draw(paper, dots=576))} == {TEST_CODE}
    assert {symbol.kind for symbol in paper.symbols} == {"Code128", "QRCode"}
    assert raw.machine.errors == []
    assert raw.machine.overruns == 0
    assert not (till.data_dir / "journal.db").exists()


@pytest.mark.fault("R1")
def test_another_printer_stands_in_for_one_that_is_off(till: CommandLine) -> None:
    """As the settings say; nobody has to wait for the first one."""
    with RawPrinter() as off:
        choose(till, f'kind = "network"\nhost = "127.0.0.1"\nport = {off.port}')
    assert till.settings is not None
    with RawPrinter() as raw, till.settings.open("a", encoding="utf-8") as file:
        file.write(f'[fallback_printer]\nkind = "network"\nhost = "127.0.0.1"\nport = {raw.port}\n')
        file.flush()
        assert till.json("printers")["fallback"] == {
            "kind": "network",
            "name": f"127.0.0.1:{raw.port}",
        }
        told = till.run("printers").out.splitlines()
        assert told[1] == f"While it cannot print: network 127.0.0.1:{raw.port}"
        assert till.run("printer", "test").out.startswith(f"Test slip sent: 127.0.0.1:{raw.port}")
    assert len(raw.machine.papers) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such ports here")
def test_a_test_slip_goes_to_the_port_of_the_settings(
    till: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A serial one, which is listed with the others; a USB printer with what it calls itself."""
    monkeypatch.setattr(finding, "find_serial_ports", lambda: ("/dev/serial/by-id/a",))
    plugged_in = UsbPrinter("04b8:0e28", "EPSON TM-T20II", "/dev/usb/lp0")
    monkeypatch.setattr(finding, "find_usb_printers", lambda: (plugged_in,))
    with PtyPrinter() as raw:
        choose(till, f'kind = "serial"\ndevice = "{raw.device}"')
        assert till.run("printer", "test").out.startswith(f"Test slip sent: {raw.device} 1\n")
        raw.wait_for_papers(1)
    (paper,) = raw.machine.papers
    assert "TEST: NOT A SLIP" in paper.text
    told = till.run("printers").out.splitlines()
    assert told[-2:] == ["usb       04b8:0e28  (EPSON TM-T20II)", "serial    /dev/serial/by-id/a"]


def test_a_test_slip_that_does_not_come_out_says_why(till: CommandLine) -> None:
    """Without paper nothing is sent: exit code 1. A roll that ends in it leaves a doubt: 2."""
    with RawPrinter(EscPosPrinter(dots=576)) as raw:
        choose(till, f'kind = "network"\nhost = "127.0.0.1"\nport = {raw.port}')
        raw.machine.fail(Trouble.PAPER_END)
        refused = till.run("printer", "test", as_json=True)
    assert (refused.code, refused.document["error"]["code"]) == (1, "paper_out")
    assert refused.err == "The printer has no paper.\n"
    with RawPrinter(EscPosPrinter(dots=576, paper_ends_after=400)) as raw:
        choose_port(till, raw.port)
        doubted = till.run("printer", "test", as_json=True)
    assert (doubted.code, doubted.document["error"]["code"]) == (2, "paper_out")


def choose_port(till: CommandLine, port: int) -> None:
    """Let the till's network printer be at another port."""
    assert till.settings is not None
    lines = till.settings.read_text(encoding="utf-8").splitlines()
    kept = [f"port = {port}" if line.startswith("port = ") else line for line in lines]
    till.settings.write_text("\n".join(kept), encoding="utf-8")
