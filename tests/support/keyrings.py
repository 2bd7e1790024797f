"""Keyrings that a test can look into or break; none reaches the system's own."""

from collections.abc import Callable

from typing_extensions import override


class ShelfKeyring:
    """A keyring that protects nothing but remembers; it counts as a real one."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """Return what was kept."""
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        self.kept[service, username] = password


class BrokenKeyring(ShelfKeyring):
    """A keyring that cannot be unlocked."""

    @override
    def get_password(self, service: str, username: str) -> str | None:
        """Fail as a locked desktop keyring does."""
        raise RuntimeError(f"locked: {service} {username}")


class AnsweringKeyring(ShelfKeyring):
    """A keyring that answers by a function of service and name."""

    def __init__(self, answer: Callable[[str, str], str | None]) -> None:
        super().__init__()
        self._answer = answer

    @override
    def get_password(self, service: str, username: str) -> str | None:
        """Return what the function says."""
        return self._answer(service, username)


class Chain(ShelfKeyring):
    """Several keyrings behind one another, as the library chains them."""

    def __init__(self, *backends: object) -> None:
        super().__init__()
        self.backends = backends
