"""Reconciling on the command line: with the sandbox's own statements, as they are and changed."""

import csv
import io
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from counterfoil.presentation.words import statements
from counterfoil_sandbox.pins import ONE_VOUCHER, Situation, pins_for
from counterfoil_sandbox.server import SandboxServer
from counterfoil_sandbox.statements import STATEMENTS
from counterfoil_sandbox.suv.vouchers import SuvSituation, codes_for
from support.people import CASHIER_NUMBER, SUPERVISOR_NUMBER
from support.sandboxes import lose_answers
from support.tills import CommandLine

Row = dict[str, str]
USABLE = pins_for(ONE_VOUCHER, Situation.USABLE)
REASON = "they will pay it back"


def sell(till: CommandLine, pin: str, *, code: int = 0) -> dict[str, Any]:
    """Redeem R19.00 of a voucher."""
    part = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")
    sold: dict[str, Any] = till.json(*part, stdin=pin, code=code)
    return sold


def changed(server: SandboxServer, change: Callable[[list[Row]], None]) -> bytes:
    """Return the first provider's statement as somebody has changed it."""
    text = STATEMENTS["moment"](server.ledger.rows).decode()
    reader = csv.DictReader(io.StringIO(text))
    rows = list(reader)
    change(rows)
    out = io.StringIO(newline="")
    assert reader.fieldnames is not None
    writer = csv.DictWriter(out, reader.fieldnames)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def reconcile(till: CommandLine, path: Path, *more: str, code: int = 0) -> Any:
    """Reconcile a statement whose columns are as they are guessed."""
    line = ("reconcile", "file", str(path), "--provider", "moment", "--confirm")
    return till.json(*line, *more, code=code)


@pytest.fixture
def statement(till: CommandLine, server: SandboxServer, tmp_path: Path) -> Path:
    """Return the statement of a till that has sold three times, and one refusal."""
    for pin in USABLE[:3]:
        sell(till, pin)
    sell(till, pins_for(ONE_VOUCHER, Situation.USED)[0], code=1)
    path = tmp_path / "statement.csv"
    path.write_bytes(STATEMENTS["moment"](server.ledger.rows))
    return path


def test_a_statement_is_looked_at_before_it_is_reconciled(
    till: CommandLine, statement: Path
) -> None:
    """Nobody has said yet which column says what; a preview needs nobody, and keeps nothing."""
    line = ("reconcile", str(statement), "--provider", "moment")
    seen = till.json(*line, "--preview", "--as", "")
    assert seen["mapping"]["reference"] == "External reference"
    assert (seen["mapping"]["amount"], seen["mapping"]["kind"]) == ("Redeemed", "Status")
    assert (seen["is_saved"], seen["bad_lines"], len(seen["first_lines"])) == (False, [], 4)
    said = till.run(*line, "--preview", "--as", "").out
    assert "Guessed from the headings:" in said
    assert "our reference: External reference" in said
    refused = till.json(*line, "--as", "31", code=1)["error"]
    assert (refused["code"], refused["cause"]) == ("statement_refused", "columns_unknown")
    assert till.json("reconcile", "runs") == []


def test_a_statement_of_the_sandbox_agrees(till: CommandLine, statement: Path) -> None:
    """All is matched, and the columns are kept: the next one needs no word about them."""
    done = reconcile(till, statement)
    assert (done["lines"], done["matched"], done["differences"]) == (4, 4, 0)
    assert (done["run"], done["by"], done["found"], done["not_settled"]) == (
        1,
        "Lindiwe K.",
        [],
        [],
    )
    statement.write_bytes(statement.read_bytes() + b"\n")
    line = ("reconcile", "file", str(statement), "--provider", "moment")
    said = till.run(*line)
    assert said.code == 0
    assert "Run 2: 4 lines of statement.csv. From 2" in said.out
    assert "  matched: 4\n  differences: 0\n" in said.out
    assert [one["run"] for one in till.json("reconcile", "runs")] == [2, 1]


def test_five_planted_differences_are_found_and_resolved(
    till: CommandLine, server: SandboxServer, tmp_path: Path
) -> None:
    """Missing here and there, another amount, twice, and a refusal that was none."""
    ones = [sell(till, pin) for pin in USABLE[:5]]
    refused = sell(till, pins_for(ONE_VOUCHER, Situation.USED)[0], code=1)

    def plant(rows: list[Row]) -> None:
        by_id = {row["External reference"]: row for row in rows}
        by_id[ones[1]["id"]]["Redeemed"] = "18.00"
        rows.remove(by_id[ones[2]["id"]])
        rows.append(by_id[ones[3]["id"]] | {"Redemption ID": "again"})
        by_id[refused["id"]] |= {"Status": "confirmed", "Redeemed": "19.00"}
        rows.append(by_id[ones[4]["id"]] | {"Redemption ID": "RC", "External reference": "X-1"})

    path = tmp_path / "planted.csv"
    path.write_bytes(changed(server, plant))
    done = reconcile(till, path, code=2)
    found = {(one["kind"], one["reference"]): one for one in done["found"]}
    assert set(found) == {
        ("differing", ones[1]["reference"]),
        ("missing_there", ones[2]["reference"]),
        ("doubled", ones[3]["reference"]),
        ("differing", refused["reference"]),
        ("missing_here", "X-1"),
    }
    assert done["matched"] == 2
    told = found["differing", refused["reference"]]
    assert (told["state"], told["here_cents"], told["there_cents"]) == ("declined", 0, 1_900)
    assert till.json("reconcile", "list") == done["found"]
    said = till.run("reconcile", "list").out
    assert f"Differing  {refused['reference']}  R0.00 here, R19.00 there (refused here)" in said
    assert f"Doubled  {ones[3]['reference']}  R19.00 here, R38.00 there in 2 lines" in said
    assert "Missing here  X-1  R19.00 there, and no such redemption here" in said
    first, *others = done["found"]
    resolved = till.json("reconcile", "resolve", str(first["difference"]), "--reason", REASON)
    assert (resolved["resolved_by"], resolved["reason"]) == ("Lindiwe K.", REASON)
    assert till.json("reconcile", "list") == others
    assert till.json("reconcile", "list", "--run", "1") == [resolved, *others]
    assert f"Resolved by Lindiwe K.: {REASON}" in till.run("reconcile", "list", "--run", "1").out
    again = ("reconcile", "resolve", str(first["difference"]), "--reason", REASON)
    assert till.json(*again, code=1)["error"]["code"] == "unknown_difference"
    assert till.json("journal", "verify")["is_sound"]


def test_what_is_not_settled_here_is_told_with_what_the_statement_says(
    till: CommandLine, server: SandboxServer, tmp_path: Path
) -> None:
    """Whoever settles it has the provider's word there."""
    lose_answers(server)
    lost = sell(till, USABLE[0], code=2)
    path = tmp_path / "statement.csv"
    path.write_bytes(STATEMENTS["moment"](server.ledger.rows))
    (told,) = reconcile(till, path)["not_settled"]
    assert (told["id"], told["state"], told["there_cents"]) == (lost["id"], "inflight", 1_900)


def test_the_same_file_is_reconciled_again_only_on_purpose(
    till: CommandLine, statement: Path
) -> None:
    """Else somebody believes that today's is done."""
    reconcile(till, statement)
    refused = reconcile(till, statement, code=1)["error"]
    assert (refused["cause"], refused["values"]) == ("done_before", {"number": 1})
    assert reconcile(till, statement, "--again")["run"] == 2


def test_only_the_days_that_are_asked_for_are_looked_at(till: CommandLine, statement: Path) -> None:
    """What lies beyond them is passed over."""
    done = reconcile(till, statement, "--from", "2020-01-01", "--to", "2020-01-02")
    assert (done["beyond"], done["matched"], done["differences"]) == (4, 0, 0)
    for days in (("--from", "soon"), ("--from", "2026-01-02", "--to", "2026-01-01")):
        error = reconcile(till, statement, *days, code=64)["error"]
        assert error["cause"] == "not_one_of"


def test_bad_lines_are_named_and_nothing_is_kept(till: CommandLine, statement: Path) -> None:
    """In words, by the number of the line; for scripts as keys."""
    lines = statement.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2].replace("19.00", "=19+1")
    lines.append("one,two")
    statement.write_text("\n".join(lines), encoding="utf-8")
    said = till.run("reconcile", "file", str(statement), "--provider", "moment", "--confirm")
    assert said.code == 1
    assert "Lines that cannot be read: 2. Nothing of it was kept. Nothing was done.\n" in said.err
    assert 'Line 3: its amount cannot be read: "=19+1".\n' in said.err
    assert "Line 6: it has not as many columns as there are headings.\n" in said.err
    error = reconcile(till, statement, code=1)["error"]
    assert error["cause"] == "bad_lines"
    assert [one["number"] for one in error["values"]["bad_lines"]] == [3, 6]
    assert till.json("reconcile", "runs") == []


def test_a_mapping_is_said_and_confirms_the_columns(till: CommandLine, statement: Path) -> None:
    """What is wrong in it is said with its name."""
    line = ("reconcile", "file", str(statement), "--provider", "moment", "--mapping")
    assert till.json(*line, "their_reference=", "--again")["matched"] == 4
    assert till.json(*line, "amount=nowhere", code=64)["error"]["code"] == "entry"
    assert till.json(*line, "odd=1", code=64)["error"]["cause"] == "no_such_field"
    assert "--mapping" in till.run(*line, "odd").err


def test_a_cashier_reconciles_with_an_approval_alone(till: CommandLine, statement: Path) -> None:
    """And resolves nothing about a sale of their own without one."""
    line = ("reconcile", "file", str(statement), "--provider", "moment", "--confirm")
    refused = till.json(*line, "--as", CASHIER_NUMBER, code=1)["error"]
    assert (refused["code"], refused["cause"]) == ("not_permitted", "reconcile")
    approved = ("--as", CASHIER_NUMBER, "--approved-by", SUPERVISOR_NUMBER, "--reason", "month end")
    done = till.json(*line, *approved)
    assert (done["by"], done["approved_by"]) == ("Thandi M.", "Nomsa D.")


def test_a_provider_that_the_till_does_not_have_is_refused(
    till: CommandLine, statement: Path
) -> None:
    """By its name in the settings."""
    line = ("reconcile", "file", str(statement), "--provider", "nowhere", "--confirm")
    assert till.json(*line, code=1)["error"]["code"] == "unknown_upstream"
    assert reconcile(till, statement.with_name("none.csv"), code=1)["error"]["cause"] == "not_there"


def test_training_reconciles_samples_of_both_upstreams(tmp_path: Path) -> None:
    """Each in its provider's own shape: separators, decimal commas, times and words."""
    training = CommandLine(tmp_path / "till")
    sell(training, USABLE[0])
    code = codes_for("karoo", SuvSituation.USABLE)[0]
    card = ("redeem", "--type", "electrum.karoo", "--field", "code=-", "--amount", "19.00")
    training.json(*card, stdin=f"{code}\n")
    lost = codes_for("karoo", SuvSituation.UPSTREAM_TIMEOUT_TAKEN)[0]
    training.json(*card, stdin=f"{lost}\n", code=2)
    training.json("recover")
    for provider, lines in (("moment", 1), ("electrum", 3)):
        path = str(tmp_path / f"{provider}.csv")
        sample = ("reconcile", "sample", "--provider", provider, "--output", path)
        assert training.json(*sample)["lines"] == lines
        assert training.json(*sample, code=64)["error"]["cause"] == "file_is_there"
        assert "there is a file of this name; it is not written over" in training.run(*sample).err
        done = training.json("reconcile", "file", path, "--provider", provider, "--confirm")
        assert (done["lines"], done["differences"]) == (lines, 0), done
        assert done["matched"] + done["undecided"] == lines - (provider == "electrum")


def test_a_sample_needs_a_training_till_that_has_sold(tmp_path: Path) -> None:
    """And a provider of the sandbox."""
    training = CommandLine(tmp_path / "till")
    sample = ("reconcile", "sample", "--output", str(tmp_path / "one.csv"), "--provider")
    assert training.json(*sample, "moment", code=64)["error"]["cause"] == "file_not_read"
    assert training.json(*sample, "nobody", code=64)["error"]["cause"] == "not_one_of"


def test_the_sandbox_answers_with_its_statements(server: SandboxServer) -> None:
    """As files of values; it has no other provider."""
    for provider in STATEMENTS:
        url = f"{server.url}/_sandbox/statements/{provider}"
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own sandbox
            assert answer.headers["content-type"].startswith("text/csv")
            assert b"Currency" in answer.read()


def test_nothing_to_list_is_said(till: CommandLine) -> None:
    """So that nobody looks for more."""
    assert till.run("reconcile", "list").out == f"{statements.NO_DIFFERENCES}\n"
    assert till.run("reconcile", "runs").out == f"{statements.NO_RUNS}\n"
