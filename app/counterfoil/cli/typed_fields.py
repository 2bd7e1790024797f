"""The fields of a voucher on the command line; its secret fields are asked for."""

from collections.abc import Mapping

import typer

from counterfoil.cli.speaker import Speaker
from counterfoil.domain.voucher_type import FieldSpec, VoucherType
from counterfoil.presentation.words import command_line
from counterfoil.service.form import names_a_voucher

BY_INPUT = "-"


def read_pairs(pairs: list[str], option: str = "--field") -> dict[str, str]:
    """Read the ``name=value`` pairs that were typed for an option.

    Raises:
        BadParameter: one is no pair, or a name is given twice.

    """
    texts: dict[str, str] = {}
    for pair in pairs:
        name, is_pair, value = pair.partition("=")
        if not is_pair or not name:
            message = command_line.NAME_AND_VALUE
            raise typer.BadParameter(message, param_hint=option)
        if name in texts:
            message = command_line.given_twice(name)
            raise typer.BadParameter(message, param_hint=option)
        texts[name] = value
    return texts


async def complete(
    kind: VoucherType, typed: Mapping[str, str], speaker: Speaker, *, for_lookup: bool = False
) -> dict[str, str]:
    """Return the texts of all fields: ask for missing secrets, and warn of those that were typed.

    Each field typed as ``-`` is asked for, and each secret that is required and missing; but not
    for a look-up if another field that names the voucher is given.

    Raises:
        OptionError: the person cancelled.

    """
    texts = dict(typed)
    for name in [name for name, text in typed.items() if text == BY_INPUT]:
        texts[name] = await speaker.ask(name)
    is_named = for_lookup and any(names_a_voucher(spec, texts) for spec in kind.fields)
    for spec in kind.fields:
        if not spec.is_sensitive:
            continue
        if spec.name not in texts and spec.is_required and not is_named:
            texts[spec.name] = await speaker.ask(spec.label)
        elif typed.get(spec.name, BY_INPUT) != BY_INPUT:
            speaker.warn(_shown(spec))
    return texts


def _shown(spec: FieldSpec) -> str:
    return command_line.shown_to_all(spec.label, spec.name)
