"""Prints what a command returns: lines for people, or JSON for scripts; and its failures.

Printing never changes how a command ends. Where nobody reads the output any more, as after a pipe
to ``head``, nothing more is printed and nothing fails: by then money may have moved, and the exit
code says what became of it.
"""

import json
from pathlib import Path

from counterfoil.cli.exits import Exit, exit_for
from counterfoil.cli.refusals import OptionError
from counterfoil.cli.terminal import OwnTerminal, Terminal
from counterfoil.domain.causes import Cause
from counterfoil.domain.failures import (
    ApprovalRefusedError,
    BackupError,
    CounterfoilError,
    EntryError,
    GatewayKeyMissingError,
    GatewayUnauthorisedError,
    JournalHeldError,
    JournalLockedError,
    JournalMisplacedError,
    NobodyActsError,
    NotPermittedError,
    SettingsError,
    ShiftRefusedError,
    SignInRefusedError,
    StaffRefusedError,
    StatementRefusedError,
    VaultUnavailableError,
    WeakPinError,
    name_of,
)
from counterfoil.domain.redemption import Redemption
from counterfoil.presentation.documents import Document, cause_document, finding_document
from counterfoil.presentation.words import command_line, failures


class Speaker:
    """Prints the answers and failures of one command, for people or for scripts."""

    def __init__(self, *, as_json: bool, terminal: Terminal | None = None) -> None:
        self.as_json = as_json
        self.terminal: Terminal = terminal or OwnTerminal()

    @property
    def folder(self) -> Path:
        """The folder that the command's relative paths start from."""
        return self.terminal.folder

    async def ask(self, label: str, *, is_new: bool = False) -> str:
        """Ask for a secret; see `Terminal.ask`."""
        return await self.terminal.ask(label, is_new=is_new)

    def say(self, document: Document | list[Document], lines: list[str]) -> None:
        """Print the document as JSON, or the lines if the output is for people."""
        self._print(json.dumps(document, indent=2) if self.as_json else "\n".join(lines))

    def warn(self, message: str) -> None:
        """Print a warning to standard error, for people; it is no part of the answer."""
        self._print(message, is_aside=True)

    def fail(
        self,
        exit_code: Exit,
        code: str,
        message: str,
        cause: Cause | None = None,
        beside: Document | None = None,
    ) -> Exit:
        """Print a failure to standard error, and return its exit code.

        For scripts it is also printed to standard output as JSON, with ``code`` and the key and
        values of the ``cause``. The keys of ``beside`` are added next to the error.
        """
        if self.as_json:
            error = {"code": code, "message": message} | cause_document(cause)
            self._print(json.dumps({"error": error} | (beside or {})))
        self._print(message, is_aside=True)
        return exit_code

    def fail_with(self, error: CounterfoilError) -> Exit:
        """Print one of the till's failures and return its exit code."""
        if isinstance(error, EntryError):
            said = f"{error.field}: {failures.failure(error)}"
            return self.fail(Exit.USAGE, "entry", said, error.cause)
        if isinstance(error, OptionError):
            return self.fail(Exit.USAGE, "entry", f"{error.option}: {error.said}", error.cause)
        beside: Document = {}
        if isinstance(error, JournalHeldError):
            beside["findings"] = [finding_document(one) for one in error.findings]
        return self.fail(exit_for(error), name_of(error), _words(error), _cause(error), beside)

    def fail_under_way(self, error: CounterfoilError, redemption: Redemption) -> Exit:
        """Print that the journal failed while a redemption was being asked about.

        The provider may have taken the money by then, so the exit code is UNKNOWN, never that of a
        journal that cannot be opened.
        """
        said = command_line.money_may_be_taken(
            failures.failure(error), redemption.reference, redemption.id
        )
        ours = {"id": redemption.id, "reference": redemption.reference, "state": "inflight"}
        return self.fail(Exit.UNKNOWN, name_of(error), said, _cause(error), ours)

    def _print(self, text: str, *, is_aside: bool = False) -> None:
        self.terminal.write(f"{text}\n", is_aside=is_aside)


def _cause(error: CounterfoilError) -> Cause | None:
    match error:
        case (
            BackupError()
            | EntryError()
            | GatewayKeyMissingError()
            | JournalMisplacedError()
            | OptionError()
            | SettingsError()
            | StatementRefusedError()
            | VaultUnavailableError()
        ):
            return error.cause
        case ApprovalRefusedError() | SignInRefusedError() | StaffRefusedError():
            return error.why
        case NotPermittedError():
            return error.permission
        case ShiftRefusedError():
            return error.problem
        case WeakPinError():
            return error.weakness
        case _:
            return None


def _words(error: CounterfoilError) -> str:
    if isinstance(error, NobodyActsError):
        return command_line.SAY_WHO if error.has_staff else command_line.NO_STAFF
    if isinstance(error, GatewayUnauthorisedError):
        return command_line.KEY_REFUSED
    if type(error) is JournalLockedError:
        return command_line.IN_USE
    return failures.failure(error)
