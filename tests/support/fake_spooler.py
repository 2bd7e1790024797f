"""A print service as Windows has one, in memory: queues, their jobs, and what they report."""

from dataclasses import dataclass, field

from counterfoil.adapters.printing.windows_queue import QueueState, Spooler, SpoolerError
from counterfoil.overriding import override

NO_SUCH_QUEUE = 1801
NO_SUCH_JOB = 87
PRINTED = 0x80


@dataclass
class Job:
    """What was handed over, and the bits that it reports."""

    title: str
    document: bytes
    status: int = PRINTED


@dataclass
class FakeSpooler(Spooler):
    """One queue that prints at once, until it is told otherwise."""

    queue: str = "Kitchen"
    state_now: QueueState = field(default_factory=lambda: QueueState(0, 0, "USB001"))
    job_status_now: int = PRINTED
    fails_with: SpoolerError | None = None
    """What handing over fails with."""
    is_resumable: bool = True
    jobs: dict[int, Job] = field(default_factory=dict)
    deleted: list[int] = field(default_factory=list)

    @override
    def queues(self) -> tuple[str, ...]:
        return (self.queue, "")

    @override
    def state(self, queue: str) -> QueueState:
        self._look_up(queue)
        return self.state_now

    @override
    def send(self, queue: str, title: str, document: bytes) -> int:
        self._look_up(queue)
        if self.fails_with is not None:
            raise self.fails_with
        number = len(self.jobs) + len(self.deleted) + 1
        self.jobs[number] = Job(title, document, self.job_status_now)
        return number

    @override
    def job_status(self, queue: str, number: int) -> int:
        self._look_up(queue)
        if number not in self.jobs:
            raise SpoolerError(NO_SUCH_JOB)
        return self.jobs[number].status

    @override
    def delete(self, queue: str, number: int, title: str) -> None:
        self._look_up(queue)
        if self.jobs.get(number, Job("", b"")).title != title:
            return
        if self.jobs.get(number, Job("", b"")).status & PRINTED:
            raise SpoolerError(NO_SUCH_JOB)
        del self.jobs[number]
        self.deleted.append(number)

    @override
    def resume(self, queue: str) -> None:
        self._look_up(queue)
        if not self.is_resumable:
            raise SpoolerError(5)
        self.state_now = QueueState(0, self.state_now.attributes, self.state_now.port)

    def _look_up(self, queue: str) -> None:
        if queue != self.queue:
            raise SpoolerError(NO_SUCH_QUEUE)
