"""How a sale ended, and what it was paid with."""

from dataclasses import replace

import pytest

from counterfoil.domain import audit, rows
from counterfoil.domain.money import Money
from counterfoil.domain.sale import SaleEnding, TenderLine
from counterfoil.domain.states import Customer, SaleState
from counterfoil.domain.tender import TenderKind
from support.till import sale

E = SaleEnding
ASIDE = SaleState.SET_ASIDE


@pytest.mark.parametrize(
    ("state", "closed_as", "customer", "ending"),
    [
        (SaleState.OPEN, None, None, None),
        (SaleState.OPEN, None, Customer.ASKED, None),
        (SaleState.PAID, None, None, E.PAID),
        (SaleState.PAID, None, Customer.HERE, E.PAID),
        (ASIDE, E.CANCELLED, None, E.CANCELLED),
        (ASIDE, E.CUSTOMER_LEFT, Customer.ASKED, E.CUSTOMER_LEFT),
        (ASIDE, None, Customer.PAID_OTHERWISE, E.PAID_OTHERWISE),
        (ASIDE, None, Customer.GONE, E.CUSTOMER_LEFT),
        (ASIDE, None, None, None),
    ],
)
def test_each_ending_is_told_from_the_others(
    state: SaleState,
    closed_as: SaleEnding | None,
    customer: Customer | None,
    ending: SaleEnding | None,
) -> None:
    """By its state, what was said when it was closed, or the answer after a stop."""
    one = replace(sale(1900), state=state, closed_as=closed_as, customer=customer)
    assert one.ending is ending


def test_what_an_older_till_closed_keeps_its_state() -> None:
    """The words of the file and of the command line are what they were."""
    assert {one: one.state.value for one in E} == {
        E.PAID: "paid",
        E.CANCELLED: "set_aside",
        E.PAID_OTHERWISE: "set_aside",
        E.CUSTOMER_LEFT: "set_aside",
    }


def test_a_sale_is_paid_by_lines_of_tender() -> None:
    """Vouchers are all that this till takes, and nothing is no line."""
    assert sale(1900).tender_lines == ()
    line = TenderLine(TenderKind.VOUCHER, Money(700, "ZAR"))
    assert sale(1900, paid_cents=700).tender_lines == (line,)


def test_the_trail_says_how_a_sale_ended_where_the_state_does_not() -> None:
    """That of a paid one is as it was before."""
    ended = {one: audit.happened(rows.SaleClosed("s", one, "Nomsa")) for one in E}
    assert {one: said and said.event for one, said in ended.items()} == {
        one: audit.SaleClosed(
            sale_id="s", state=one.state, by="Nomsa", ending=None if one is E.PAID else one
        )
        for one in E
    }
