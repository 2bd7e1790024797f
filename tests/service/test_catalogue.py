"""The types that may be offered, fresh or as last told."""

from dataclasses import replace
from datetime import timedelta

from counterfoil.domain.offer import Offer
from counterfoil.service.catalogue import Catalogue
from support.clocks import START, SteppedClock
from support.gateways import ScriptedGateway
from support.till import ONE_VOUCHER, WatchedJournal

BEAN_CARD = replace(
    ONE_VOUCHER, id="gift_cards.bean", upstream="beans", name="Bean card", colour="#6B4A2B"
)


def catalogue_of(*gateways: ScriptedGateway) -> tuple[Catalogue, SteppedClock]:
    """Return a catalogue over these upstreams, with its clock."""
    clock = SteppedClock()
    named = {gateway.upstream: gateway for gateway in gateways}
    return Catalogue(WatchedJournal(), named, clock), clock


async def test_before_the_first_answer_nothing_is_offered() -> None:
    """Not even a guess."""
    catalogue, _ = catalogue_of(ScriptedGateway(types=(ONE_VOUCHER,)))
    assert await catalogue.kept() == Offer(types=(), told_at=None, is_fresh=False)


async def test_what_an_upstream_tells_is_offered_and_kept() -> None:
    """The next start can offer it offline, and says how old it is."""
    catalogue, clock = catalogue_of(ScriptedGateway(types=(ONE_VOUCHER,)))
    assert await catalogue.refresh() == Offer((ONE_VOUCHER,), START, is_fresh=True)
    clock.shift_wall(timedelta(days=1))
    assert await catalogue.kept() == Offer((ONE_VOUCHER,), START, is_fresh=False)


async def test_one_upstream_that_does_not_answer_keeps_what_it_told_last() -> None:
    """The others are fresh; the age is that of the oldest answer."""
    moment = ScriptedGateway(types=(ONE_VOUCHER,))
    beans = ScriptedGateway(types=(BEAN_CARD,), upstream="beans")
    catalogue, clock = catalogue_of(moment, beans)
    await catalogue.refresh()
    clock.shift_wall(timedelta(hours=1))
    moment.is_offline = True
    renamed = replace(BEAN_CARD, name="Bean card deluxe")
    beans.types = (renamed,)
    offer = await catalogue.refresh()
    assert offer == Offer((ONE_VOUCHER, renamed), START, is_fresh=False)


async def test_a_type_that_is_not_told_any_more_is_gone() -> None:
    """Only the last answer counts."""
    moment = ScriptedGateway(types=(ONE_VOUCHER, BEAN_CARD))
    catalogue, _ = catalogue_of(moment)
    await catalogue.refresh()
    moment.types = (BEAN_CARD,)
    offer = await catalogue.refresh()
    assert offer.types == (BEAN_CARD,)
    assert offer.find(BEAN_CARD.id) == BEAN_CARD
    assert offer.find(ONE_VOUCHER.id) is None


def test_an_offer_knows_the_colours_of_its_types() -> None:
    """By id; a type that has none is there with an empty one."""
    offer = Offer((ONE_VOUCHER, BEAN_CARD), START, is_fresh=True)
    assert offer.colours == {ONE_VOUCHER.id: "", BEAN_CARD.id: "#6B4A2B"}


async def test_types_that_were_altered_are_asked_for_anew() -> None:
    """What the provider tells now takes their place."""
    moment = ScriptedGateway(types=(ONE_VOUCHER,))
    journal = WatchedJournal()
    catalogue = Catalogue(journal, {moment.upstream: moment}, SteppedClock())
    await catalogue.refresh()
    journal.alter("UPDATE kept_types SET types = '[]'")
    assert (await catalogue.kept()).types == ()
    assert (await catalogue.refresh()).types == (ONE_VOUCHER,)
    assert (await catalogue.kept()).types == (ONE_VOUCHER,)
