"""The command that settles what the till cannot decide, by what the provider says about it."""

from typing import Annotated

import typer

from counterfoil.bootstrap import Till
from counterfoil.cli.acting import ApprovedBy, As, Hand, Who
from counterfoil.cli.exits import Exit
from counterfoil.cli.finding import find
from counterfoil.cli.refusals import OptionError, OptionProblem
from counterfoil.cli.running import AsJson, Command, DataDir, InTill, SettingsFile, in_till
from counterfoil.cli.speaker import Speaker
from counterfoil.domain.settlement import CustomerGot, Evidence
from counterfoil.domain.settling import is_late_approval, needed_texts
from counterfoil.presentation.documents import Document, dossier_document
from counterfoil.presentation.words import command_line, options, settlements
from counterfoil.presentation.words.redemptions import redemption_lines
from counterfoil.service.commands import SettleByHand
from counterfoil.service.views import Dossier


def settle(  # noqa: PLR0917 - one parameter for each option
    redemption: Annotated[str, typer.Argument(help=options.TO_SETTLE)] = "",
    says: Annotated[
        Evidence | None, typer.Option("--provider-says", help=options.PROVIDER_SAYS)
    ] = None,
    said_by: Annotated[str, typer.Option("--said-by", help=options.SAID_BY)] = "",
    theirs: Annotated[str, typer.Option("--provider-reference", help=options.THEIRS)] = "",
    got: Annotated[CustomerGot | None, typer.Option("--got", help=options.GOT)] = None,
    reason: Annotated[str, typer.Option("--reason", help=options.SETTLE_REASON)] = "",
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
    number: As = "",
    approved_by: ApprovedBy = "",
) -> InTill:
    """Settle a redemption by what the provider says; or without that, say what to ask them."""
    told = (says, said_by, theirs, got, reason)
    if not any(told):
        return in_till(data_dir, settings, as_json, _asked_about(redemption))
    if not redemption or says is None or got is None:
        message = command_line.SETTLE_WHOLE
        raise typer.BadParameter(message)

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        found = await find(hand.till, redemption)
        texts = {"said_by": said_by, "provider_reference": theirs, "reason": reason}
        can_settle = (await hand.till.settlements.dossier(found.id)).can_settle
        for name in needed_texts(found, says, got):
            if can_settle and not texts[name]:
                option = f"--{name.replace('_', '-')}"
                raise OptionError(option, OptionProblem.TEXT_NEEDED, command_line.SETTLE_WHOLE)
        wanted = SettleByHand(
            redemption_id=found.id,
            evidence=says,
            got=got,
            **texts,
        )
        await hand.run(wanted)
        dossier = await hand.till.settlements.dossier(found.id)
        kept = settlements.kept(dossier.settlements[-1])
        lines = [*redemption_lines(dossier.redemption), f"  {kept}"]
        if says is Evidence.TAKEN and dossier.redemption.has_change_pin:
            lines.append(f"  {command_line.slip_by(found.reference)}")
        speaker.say(dossier_document(dossier), lines)
        return Exit.DONE

    who = Who(number, approved_by, reason or (got.value if approved_by else ""))
    return in_till(data_dir, settings, as_json, command, who)


def _asked_about(redemption: str) -> Command:
    """Return the command that says what to ask about one redemption, or about each that is open."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        if redemption:
            found = await find(hand.till, redemption)
            dossier = await hand.till.settlements.dossier(found.id)
            speaker.say(dossier_document(dossier), _lines(dossier))
            return Exit.DONE
        dossiers = await _to_settle(hand.till)
        documents: list[Document] = [dossier_document(one) for one in dossiers]
        lines = [line for one in dossiers for line in _lines(one)]
        speaker.say(documents, lines or [command_line.NOTHING_TO_SETTLE])
        return Exit.DONE

    return command


async def _to_settle(till: Till) -> list[Dossier]:
    """Return what a person may settle, of all that is not over."""
    ids = [
        *(one.id for one in await till.journal.redemptions_for_a_person()),
        *(one.redemption_id for one in await till.journal.owed_advices()),
    ]
    dossiers = [await till.settlements.dossier(one) for one in dict.fromkeys(ids)]
    return [one for one in dossiers if one.can_settle]


def _lines(dossier: Dossier) -> list[str]:
    one = dossier.redemption
    lines = redemption_lines(one, is_owed=dossier.can_settle)
    if not dossier.can_settle:
        return [*lines, f"  {settlements.NOT_OPEN}"]
    if is_late_approval(one):
        return [
            *lines,
            *(f"  {said}" for said in settlements.late_offer(one)),
            f"  {settlements.ask_by(one)}",
            f"  {command_line.use_late(one.reference)}",
        ]
    return [
        *lines,
        f"  {settlements.question(one, dossier.advice)}",
        f"  {settlements.ask_by(one)}",
        f"  {command_line.settle_by(one.reference)}",
    ]
