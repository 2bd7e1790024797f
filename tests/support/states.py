"""Every screen and state of the till by its name, and the till it is played at."""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from counterfoil.presentation.customer_screen import CustomerScreen, welcome
from counterfoil.presentation.screens import Tone
from counterfoil.presentation.words import customers
from support import plays_first_start
from support.gateways import ScriptedGateway
from support.people import hire, nobody_yet
from support.plays_advised import (
    advised_gateway,
    backlog,
    owed,
    owed_one,
    paused,
    provided,
    refund,
    refund_owed,
    refunded,
    rescue,
    restored,
    reversed_,
    reversing,
    told,
    voidable,
    voided,
)
from support.plays_counter import (
    START,
    about,
    aside,
    asking,
    balance,
    barcode,
    busy,
    carried,
    checking,
    closed,
    declined,
    doubt,
    empty,
    error,
    expired,
    failing,
    filled,
    final,
    fresh,
    go_live,
    healthy,
    held,
    helped,
    history,
    history_help,
    idle,
    large_slip,
    late,
    many,
    menu,
    menu_found,
    misplaced,
    narrowed,
    narrowed_to_none,
    no_code,
    no_doubt,
    no_history,
    no_key,
    not_taken,
    outage,
    paused_queue,
    phone_code,
    preview,
    revealed,
    scanned,
    short,
    slips,
    sms,
    still,
    stopped,
    toast,
    tour,
    tour_done,
    two_held,
    two_vouchers,
    unbacked,
    unknown,
    unsafe,
    used,
    used_or_little,
    which,
    whole,
)
from support.plays_people import (
    alerts,
    first_manager,
    late_asked,
    locked_out,
    lost,
    recovery_code,
    reveal_asked,
    settle_asked,
    settling,
    signing_in,
    staff_badge,
    staff_list,
    staff_new,
    staff_role,
    void_alone,
    void_asked,
    void_settled,
)
from support.plays_settings import (
    settings_file,
    settings_found,
    settings_page,
    settings_saved,
    settings_wrong,
)
from support.plays_shop import (
    owner_back,
    owner_columns,
    owner_difference,
    owner_file,
    owner_home,
    owner_kept,
    owner_resolved,
    owner_run,
    owner_running,
    reports_cashier,
    reports_day,
    reports_hour,
    reports_none,
    reports_other,
    reports_provider,
    reports_shift,
    rest_asked,
    rest_cash,
    rest_change,
    rest_foot,
    rest_mix,
    rest_no_shift,
    shift_asked,
    shift_closed,
    shift_copy,
    shift_count,
    shift_counted,
    shift_drop,
    shift_earlier,
    shift_move,
    shift_no_sale,
    shift_open,
    shift_pay_in,
    shift_x,
    shift_z,
)
from support.window import PROFILE, TYPES, WindowTill, open_window

Play = Callable[[WindowTill], Awaitable[None]]
PLAYS: Final[dict[str, Play]] = {
    "idle": idle,
    "filled": filled,
    "fresh": fresh,
    "checking": checking,
    "final": final,
    "pausedqueue": paused_queue,
    "revealed": revealed,
    "phonecode": phone_code,
    "short": short,
    "barcode": barcode,
    "twovouchers": two_vouchers,
    "twoheld": two_held,
    "nocode": no_code,
    "declined": declined,
    "usedorlittle": used_or_little,
    "expired": expired,
    "nokey": no_key,
    "asking": asking,
    "outage": outage,
    "unknown": unknown,
    "sms": sms,
    "whole": whole,
    "which": which,
    "still": still,
    "nottaken": not_taken,
    "scanned": scanned,
    "carried": carried,
    "used": used,
    "error": error,
    "balance": balance,
    "history": history,
    "narrowed": narrowed,
    "filterednone": narrowed_to_none,
    "doubt": doubt,
    "late": late,
    "aside": aside,
    "slips": slips,
    "nodoubt": no_doubt,
    "nohistory": no_history,
    "closed": closed,
    "held": held,
    "unbacked": unbacked,
    "stopped": stopped,
    "busy": busy,
    "failing": failing,
    "misplaced": misplaced,
    "unsafe": unsafe,
    "refund": refund,
    "refunded": refunded,
    "refundowed": refund_owed,
    "voided": voided,
    "help": helped,
    "menu": menu,
    "menufound": menu_found,
    "helphistory": history_help,
    "health": healthy,
    "settings": settings_page,
    "settingsfound": settings_found,
    "settingswrong": settings_wrong,
    "settingssaved": settings_saved,
    "trainingsettings": settings_page,
    "about": about,
    "trainingfirstwelcome": plays_first_start.welcome,
    "trainingfirstlanguage": plays_first_start.language,
    "trainingfirstshop": plays_first_start.shop,
    "trainingfirstprovider": plays_first_start.provider,
    "trainingfirstprinter": plays_first_start.printer,
    "trainingfirstready": plays_first_start.ready,
    "trainingempty": idle,
    "trainingtour": tour,
    "trainingtourdone": tour_done,
    "traininggolive": go_live,
    "largeslip": large_slip,
    "preview": preview,
    "toast": toast,
    "many": many,
    "empty": empty,
    "told": told,
    "owed": owed,
    "owedone": owed_one,
    "paused": paused,
    "rescue": rescue,
    "reversing": reversing,
    "reversed": reversed_,
    "restored": restored,
    "provided": provided,
    "voidable": voidable,
    "backlog": backlog,
    "training": filled,
    "signin": signing_in,
    "lockedout": locked_out,
    "firstmanager": first_manager,
    "recoverycode": recovery_code,
    "lostpassphrase": lost,
    "trainingsignin": signing_in,
    "approval": void_asked,
    "voidsettled": void_settled,
    "voidalone": void_alone,
    "revealasked": reveal_asked,
    "unclaimed": settling,
    "staff": staff_list,
    "newstaff": staff_new,
    "settle": settle_asked,
    "usedlate": late_asked,
    "staffrole": staff_role,
    "badge": staff_badge,
    "alerts": alerts,
    "reportsday": reports_day,
    "reportscashier": reports_cashier,
    "reportsshift": reports_shift,
    "reportshour": reports_hour,
    "reportsprovider": reports_provider,
    "reportsother": reports_other,
    "reportsnone": reports_none,
    "shiftclosed": shift_closed,
    "shiftopen": shift_open,
    "shiftmove": shift_move,
    "shiftasked": shift_asked,
    "shiftcount": shift_count,
    "shiftcounted": shift_counted,
    "shiftz": shift_z,
    "shiftearlier": shift_earlier,
    "shiftx": shift_x,
    "shiftcopy": shift_copy,
    "shiftpayin": shift_pay_in,
    "shiftdrop": shift_drop,
    "shiftnosale": shift_no_sale,
    "ownerhome": owner_home,
    "ownerfile": owner_file,
    "ownercolumns": owner_columns,
    "ownerrunning": owner_running,
    "ownerrun": owner_run,
    "ownerdifference": owner_difference,
    "ownerresolved": owner_resolved,
    "ownerback": owner_back,
    "ownerkept": owner_kept,
    "restasked": rest_asked,
    "restfoot": rest_foot,
    "restcash": rest_cash,
    "restmix": rest_mix,
    "restchange": rest_change,
    "restnoshift": rest_no_shift,
}
HELD: Final = frozenset({"revealed", "twoheld", "phonecode"})
"""What shows a code, which the till itself makes no picture of."""


def customers_see() -> dict[str, CustomerScreen]:
    """Return what the customer may be shown, in the language that is spoken now."""
    return {
        "welcome": welcome("Corner Shop"),
        "topay": CustomerScreen(state=customers.TO_PAY, amount="R19.00"),
        "checking": CustomerScreen(
            state=customers.CHECKING, amount="R19.00", lines=(customers.ONE_MOMENT,), tone=Tone.INFO
        ),
        "paid": CustomerScreen(
            state=customers.PAID,
            amount="R12,345.00",
            lines=(customers.CHANGE_ON_SLIP,),
            tone=Tone.APPROVED,
        ),
        "unknown": CustomerScreen(
            state=customers.NOT_KNOWN,
            lines=(customers.KEEP_VOUCHER, customers.CASHIER_HELPS),
            tone=Tone.UNKNOWN,
        ),
        "declined": CustomerScreen(
            state=customers.NOT_ACCEPTED,
            lines=(customers.NOTHING_TAKEN, customers.CASHIER_HELPS),
            tone=Tone.DECLINED,
        ),
    }


STAFFED: Final = {
    **dict.fromkeys(("staff", "newstaff", "staffrole", "badge", "alerts"), hire),
    **dict.fromkeys(("signin", "lockedout", "lostpassphrase", "trainingsignin"), hire),
    **dict.fromkeys(
        ("approval", "voidsettled", "voidalone", "revealasked", "unclaimed", "settle", "usedlate"),
        hire,
    ),
    **dict.fromkeys(
        ("shiftclosed", "shiftopen", "shiftmove", "shiftasked", "shiftcount", "shiftcounted"), hire
    ),
    **dict.fromkeys(("shiftz", "shiftearlier", "restasked", "restfoot", "restcash"), hire),
    **dict.fromkeys(("shiftpayin", "shiftdrop", "shiftnosale"), hire),
    **dict.fromkeys(("restmix", "restchange", "restnoshift"), hire),
    **dict.fromkeys(("firstmanager", "recoverycode"), nobody_yet),
}
"""Where people sign in, and who works there."""
ADVISED: Final = frozenset(PLAYS) & {
    *("told", "owed", "owedone", "paused", "rescue", "reversing", "reversed", "restored"),
    *("provided", "voidable", "voided", "backlog", "refund", "refunded", "refundowed"),
}
"""What is played with an upstream of the second kind."""

TYPELESS: Final = frozenset({"asking", "nokey"})
"""What is played at a till that never had a voucher to choose."""


@asynccontextmanager
async def played(name: str, size: tuple[int, int] = (1366, 768)) -> AsyncIterator[WindowTill]:
    """Open the till that a state of PLAYS needs, in a window of this size, and play the state."""
    types = () if name in TYPELESS else TYPES
    gateway = advised_gateway() if name in ADVISED else ScriptedGateway(types=types)
    gateway.is_offline = name == "empty"
    profile = replace(PROFILE, is_training=is_training(name))
    with ExitStack() as opened:
        file = opened.enter_context(settings_file()) if name.startswith("settings") else None
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        staff = STAFFED.get(name)
        async with open_window(
            gateway,
            profile=profile,
            start=START,
            size=size,
            staff=staff,
            settings=file,
            new_settings=folder / "settings.toml",
        ) as till:
            await PLAYS[name](till)
            await till.settle()
            yield till


def is_training(name: str) -> bool:
    """Return whether a state is one of training, which has a look of its own."""
    return name.startswith("training")
