"""What tests of a till's command line share, here too."""

from support.line_fixtures import server, till, upstream

__all__ = ["server", "till", "upstream"]
