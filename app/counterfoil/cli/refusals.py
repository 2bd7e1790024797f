"""Why a command cannot be carried out as it was typed."""

from enum import StrEnum

from counterfoil.domain.failures import CounterfoilError


class OptionProblem(StrEnum):
    """What scripts are told is wrong with an option or an argument."""

    NO_LATE_APPROVAL = "no_late_approval"
    SALE_CLOSED = "sale_closed"
    NOBODY_ASKED = "nobody_asked"
    NO_SUCH_SALE = "no_such_sale"
    NO_SUCH_REDEMPTION = "no_such_redemption"
    NO_SUCH_TYPE = "no_such_type"
    NOT_REDEEMED_HERE = "not_redeemed_here"
    NO_PART = "no_part"
    NOT_ONE_OF = "not_one_of"
    NOT_TYPED = "not_typed"
    NO_REASON = "no_reason"
    FOLDER_OR_CHECK = "folder_or_check"
    FOLDER_NOT_MADE = "folder_not_made"
    NUMBER_TYPED = "number_typed"
    FILE_NEEDED = "file_needed"
    FILE_IS_THERE = "file_is_there"
    FILE_NOT_READ = "file_not_read"
    FILE_NOT_WRITTEN = "file_not_written"
    NO_HEAD = "no_head"
    TEXT_NEEDED = "text_needed"
    NOT_PIECES = "not_pieces"


class OptionError(CounterfoilError):
    """An option or an argument is refused; ``cause`` is for scripts, ``said`` for people."""

    def __init__(self, option: str, problem: StrEnum, said: str) -> None:
        super().__init__(option, problem)
        self.option = option
        self.cause = problem
        self.said = said
