"""Printers that announce themselves on the network are found, whatever else is announced there."""

import sys
from pathlib import Path

import pytest

from counterfoil.adapters.printing.network_finding import NetworkPrinter, find_network_printers

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no such program here")

_TYPE = "_pdl-datastream._tcp;local"


def announce(folder: Path, monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Let the system's program tell these lines."""
    told = folder / "told"
    told.write_text("\n".join(lines))
    program = folder / "avahi-browse"
    program.write_text(f'#!/bin/sh\necho "$@" > {folder}/asked\nexec /bin/cat {told}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def resolved(name: str, address: str, port: str, *, device: str = "eth0") -> str:
    """Return a line about a printer whose address is known."""
    return f'=;{device};IPv4;{name};{_TYPE};printer.local;{address};{port};"ty=x" "note=;"'


def test_a_printer_is_found_by_its_address_and_named_as_it_calls_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, over however many devices it is reached; a line without an address is a beginning."""
    announce(
        tmp_path,
        monkeypatch,
        f"+;eth0;IPv4;EPSON\\032TM-T20III;{_TYPE}",
        resolved("EPSON\\032TM-T20III\\032\\040K\\195\\188che\\041", "192.168.0.9", "9100"),
        resolved(
            "EPSON\\032TM-T20III\\032\\040K\\195\\188che\\041",
            "192.168.0.9",
            "9100",
            device="wlan0",
        ),
        resolved("Star\\.Two", "192.168.0.10", "9101"),
    )
    assert find_network_printers() == (
        NetworkPrinter("192.168.0.9:9100", "EPSON TM-T20III (Küche)"),
        NetworkPrinter("192.168.0.10:9101", "Star.Two"),
    )
    asked = (tmp_path / "asked").read_text()
    assert asked == "--parsable --resolve --terminate _pdl-datastream._tcp\n"


@pytest.mark.fault("X7")
@pytest.mark.parametrize(
    "line",
    [
        "",
        "=;eth0",
        resolved("Printer", "printer.local", "9100"),
        resolved("Printer", "fe80::1", "9100"),
        resolved("Printer", "192.168.0.9", "0"),
        resolved("Printer", "192.168.0.9", "65536"),
        resolved("Printer", "192.168.0.9", "91 00"),
    ],
)
def test_what_names_no_plain_address_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """Anybody on the network may announce anything."""
    announce(tmp_path, monkeypatch, line)
    assert find_network_printers() == ()


@pytest.mark.fault("X7")
def test_a_name_brings_no_control_character(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor bytes that are no text, nor more of them than a line holds."""
    name = "A\\027[2J\\255" + "x" * 200
    announce(tmp_path, monkeypatch, resolved(name, "192.168.0.9", "9100"))
    ((model),) = [one.model for one in find_network_printers()]
    assert model.startswith("A[2J")
    assert model.isprintable()
    assert len(model) <= 80


def test_a_system_without_the_program_finds_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other kinds of printers are found all the same."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_network_printers() == ()
