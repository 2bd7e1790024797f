"""How a till is: one line for each thing that can fail, each with what it means for the shop.

The lines hold facts. What they are in words, and what somebody should do, is said where they are
shown.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.causes.backup import NoBackup
from counterfoil.domain.contact import Contact, LineState
from counterfoil.domain.forwarding import BacklogLevel, Standing
from counterfoil.ports.printer import PrintTrouble

CLOCK_LOOK_S = 60.0
CLOCK_ACT_S = 300.0
CERTIFICATE_LOOK_DAYS = 21
CERTIFICATE_ACT_DAYS = 7
DISK_LOOK_BYTES = 1_000_000_000
DISK_ACT_BYTES = 200_000_000
BACKUP_LOOK_DAYS = 2
BACKUP_ACT_DAYS = 7


class Level(StrEnum):
    """What a line means for the shop."""

    GOOD = "good"
    LOOK = "look"
    """Somebody should look at it, and can do so when there is time."""
    ACT = "act"
    """Somebody must do something now."""


class Topic(StrEnum):
    """What a line is about, in the order in which lines are shown."""

    PROVIDER = "provider"
    CLOCK = "clock"
    CERTIFICATE = "certificate"
    OWED = "owed"
    IN_DOUBT = "in_doubt"
    SLIPS = "slips"
    PRINTER = "printer"
    DISK = "disk"
    BACKUP = "backup"
    JOURNAL = "journal"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """Whether a provider answers."""

    upstream: str
    contact: Contact
    topic = Topic.PROVIDER

    @property
    def level(self) -> Level:
        """Only what keeps vouchers from being sold has to be seen to at once."""
        match self.contact.line:
            case LineState.ANSWERS:
                return Level.GOOD
            case LineState.NOT_ASKED | LineState.NO_ANSWER | LineState.FAILS:
                return Level.LOOK
            case _:
                return Level.ACT


@dataclass(frozen=True, slots=True)
class ClockLine:
    """How far the till's clock is ahead of a provider's; negative behind it."""

    upstream: str
    ahead_s: float
    topic = Topic.CLOCK

    @property
    def level(self) -> Level:
        """A provider may refuse what comes from another time."""
        return _above(abs(self.ahead_s), CLOCK_LOOK_S, CLOCK_ACT_S)


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """When a provider's certificate ends, and how many whole days that is from now."""

    upstream: str
    until: datetime
    days_left: int
    topic = Topic.CERTIFICATE

    @property
    def level(self) -> Level:
        """Providers renew theirs by themselves, mostly weeks before."""
        return _below(self.days_left, CERTIFICATE_LOOK_DAYS, CERTIFICATE_ACT_DAYS)


@dataclass(frozen=True, slots=True)
class OwedLine:
    """What a provider is still to be told."""

    standing: Standing
    topic = Topic.OWED

    @property
    def level(self) -> Level:
        """The levels of the backlog; a queue that stands still goes on by itself never."""
        backlog = self.standing.backlog
        if self.standing.is_paused or backlog.level is BacklogLevel.RED:
            return Level.ACT
        needs_look = backlog.suspended or (backlog.count and not self.standing.is_set_up)
        is_amber = backlog.level is BacklogLevel.AMBER
        return Level.LOOK if needs_look or is_amber else Level.GOOD


@dataclass(frozen=True, slots=True)
class DoubtLine:
    """How many redemptions are not settled, and how many of them wait for a person."""

    count: int
    for_a_person: int
    topic = Topic.IN_DOUBT

    @property
    def level(self) -> Level:
        """What the till goes on with by itself needs nobody yet."""
        if self.for_a_person:
            return Level.ACT
        return Level.LOOK if self.count else Level.GOOD


@dataclass(frozen=True, slots=True)
class SlipsLine:
    """How many slips nobody has said came out whole."""

    count: int
    topic = Topic.SLIPS

    @property
    def level(self) -> Level:
        """A customer may be without their change voucher."""
        return Level.LOOK if self.count else Level.GOOD


@dataclass(frozen=True, slots=True)
class PrinterLine:
    """Which printer there is, and what it says is wrong with it."""

    name: str
    trouble: PrintTrouble | None
    keeps_documents: bool | None = False
    """Whether slips can be read afterwards in the print system; None where that is not known."""
    topic = Topic.PRINTER

    @property
    def level(self) -> Level:
        """A till without a printer sells; one whose printer fails keeps people waiting."""
        if self.trouble is None:
            return Level.GOOD if self.keeps_documents is False else Level.LOOK
        return Level.LOOK if self.trouble is PrintTrouble.NO_PRINTER else Level.ACT


@dataclass(frozen=True, slots=True)
class DiskLine:
    """How much is free where the journal lies; None where the system does not say."""

    free_bytes: int | None
    topic = Topic.DISK

    @property
    def level(self) -> Level:
        """A till that cannot write does not sell."""
        if self.free_bytes is None:
            return Level.LOOK
        return _below(self.free_bytes, DISK_LOOK_BYTES, DISK_ACT_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupLine:
    """The newest backup: when it was made, where, and why the last try made none."""

    is_wanted: bool
    """Whether this till makes any; training makes none."""
    place: str = ""
    is_on_own_disk: bool = False
    """Whether they lie in the till's own folder, so that one dead disk takes both."""
    made_at: datetime | None = None
    age: timedelta | None = None
    trouble: NoBackup | None = None
    topic = Topic.BACKUP

    @property
    def level(self) -> Level:
        """What cannot be made is to be seen to at once, and so is what is a week old."""
        if not self.is_wanted:
            return Level.GOOD
        if self.trouble is not None:
            return Level.ACT
        if self.age is None:
            return Level.LOOK
        by_age = _above(self.age.days, BACKUP_LOOK_DAYS - 1, BACKUP_ACT_DAYS - 1)
        return Level.LOOK if by_age is Level.GOOD and self.is_on_own_disk else by_age


@dataclass(frozen=True, slots=True)
class JournalLine:
    """How many records were found altered, and when some were last looked at."""

    faults: int
    checked_at: datetime | None
    is_closed: bool = False
    """Whether it cannot be read at all, so that nothing can be sold."""
    topic = Topic.JOURNAL

    @property
    def level(self) -> Level:
        """It is the source of truth."""
        return Level.ACT if self.faults or self.is_closed else Level.GOOD


@dataclass(frozen=True, slots=True)
class VersionLine:
    """Which version of what runs here, by name."""

    versions: tuple[tuple[str, str], ...]
    topic = Topic.VERSION

    @property
    def level(self) -> Level:
        """Whether there is a newer one, the till does not know."""
        return Level.GOOD


HealthLine = (
    ProviderLine
    | ClockLine
    | CertificateLine
    | OwedLine
    | DoubtLine
    | SlipsLine
    | PrinterLine
    | DiskLine
    | BackupLine
    | JournalLine
    | VersionLine
)


@dataclass(frozen=True, slots=True)
class Health:
    """All lines as they were at one moment."""

    at: datetime
    lines: tuple[HealthLine, ...]

    @property
    def level(self) -> Level:
        """The worst of its lines."""
        levels = {one.level for one in self.lines}
        return next((one for one in (Level.ACT, Level.LOOK) if one in levels), Level.GOOD)

    def having(self, level: Level) -> tuple[HealthLine, ...]:
        """Return the lines of one level."""
        return tuple(one for one in self.lines if one.level is level)


def _above(value: float, look: float, act: float) -> Level:
    if value > act:
        return Level.ACT
    return Level.LOOK if value > look else Level.GOOD


def _below(value: float, look: float, act: float) -> Level:
    if value < act:
        return Level.ACT
    return Level.LOOK if value < look else Level.GOOD
