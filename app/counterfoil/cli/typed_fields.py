"""The fields of a voucher on the command line, and how its secret fields are asked for.

What stands on a command line can be read by every user of the machine, and stays in a shell's
history. So a secret comes by standard input: on a terminal it is asked for without being shown,
from a script it is the next line.
"""

import sys
from collections.abc import Mapping

import typer

from counterfoil.cli.refusals import OptionError, OptionProblem
from counterfoil.cli.speaker import Speaker
from counterfoil.domain.voucher_type import FieldSpec, VoucherType
from counterfoil.presentation.words import command_line
from counterfoil.service.form import names_a_voucher

BY_INPUT = "-"
_SECRET_MAX = 1024


def read_pairs(pairs: list[str]) -> dict[str, str]:
    """Read ``name=value`` pairs.

    Raises:
        BadParameter: one is no pair, or a name is given twice.

    """
    texts: dict[str, str] = {}
    for pair in pairs:
        name, is_pair, value = pair.partition("=")
        if not is_pair or not name:
            message = command_line.NAME_AND_VALUE
            raise typer.BadParameter(message, param_hint="--field")
        if name in texts:
            message = command_line.given_twice(name)
            raise typer.BadParameter(message, param_hint="--field")
        texts[name] = value
    return texts


def complete(
    kind: VoucherType, typed: Mapping[str, str], speaker: Speaker, *, for_lookup: bool = False
) -> dict[str, str]:
    """Return the texts of all fields: ask for the secrets, and warn of those on the command line.

    Each field typed as ``-`` is asked for, and each secret that is required and missing; not for a
    lookup when another field that names the voucher is given.

    Raises:
        OptionError: the person cancelled.

    """
    texts = dict(typed)
    for name in [name for name, text in typed.items() if text == BY_INPUT]:
        texts[name] = read_secret(name)
    is_named = for_lookup and any(names_a_voucher(spec, texts) for spec in kind.fields)
    for spec in kind.fields:
        if not spec.is_sensitive:
            continue
        if spec.name not in texts and spec.is_required and not is_named:
            texts[spec.name] = read_secret(spec.label)
        elif typed.get(spec.name, BY_INPUT) != BY_INPUT:
            speaker.warn(_shown(spec))
    return texts


def read_secret(label: str, *, is_new: bool = False) -> str:
    """Ask for a secret without showing it; from a script it is the next line of standard input.

    With ``is_new`` a person must type it twice.

    Raises:
        OptionError: the person cancelled.

    """
    if not sys.stdin.isatty():
        return sys.stdin.readline(_SECRET_MAX).rstrip("\r\n")
    try:
        # To the other stream: what a command prints may be JSON for a program.
        asked = typer.prompt(label, hide_input=True, confirmation_prompt=is_new, err=True)
    except typer.Abort:
        raise OptionError(label, OptionProblem.NOT_TYPED, command_line.NOT_TYPED) from None
    return str(asked)[:_SECRET_MAX]


def _shown(spec: FieldSpec) -> str:
    return command_line.shown_to_all(spec.label, spec.name)
