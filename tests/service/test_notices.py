"""Notices pass on what was committed."""

import asyncio
from contextlib import ExitStack
from typing import Any

import pytest

from counterfoil.domain.redemption import Redemption
from counterfoil.service.notices import Notices
from support.till import prepared, waiting


async def test_listeners_hear_in_order_while_they_listen() -> None:
    """And no longer."""
    notices, heard = Notices(), list[Redemption]()
    with notices.listening(heard.append):
        notices.tell(prepared())
        notices.tell(waiting())
    notices.tell(prepared())
    assert heard == [prepared(), waiting()]


async def test_a_listener_may_leave_while_it_is_told() -> None:
    """All that listened when it was told still hear."""
    notices, heard = Notices(), list[Redemption]()
    with ExitStack() as leaving, notices.listening(heard.append):
        leaving.enter_context(notices.listening(lambda _: leaving.close()))
        leaving.enter_context(notices.listening(heard.append))
        notices.tell(prepared())
        notices.tell(waiting())
    assert heard == [prepared(), prepared(), waiting()]


async def test_a_listener_that_fails_harms_neither_the_others_nor_the_teller() -> None:
    """What was committed stays told; the failure goes to the loop, which reports it (P7)."""
    notices, heard = Notices(), list[Redemption]()
    reported: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))

    def fail(redemption: Redemption) -> None:
        raise RuntimeError("a view is gone")

    with notices.listening(fail), notices.listening(heard.append):
        notices.tell(prepared())
    assert heard == [prepared()]
    assert [str(context["exception"]) for context in reported] == ["a view is gone"]


async def test_an_error_inside_the_context_still_ends_the_listening() -> None:
    """A closed view hears nothing."""
    notices, heard = Notices(), list[Redemption]()
    with pytest.raises(RuntimeError), notices.listening(heard.append):
        raise RuntimeError
    notices.tell(prepared())
    assert heard == []
