"""How the second upstream is played."""

from enum import StrEnum


class Manner(StrEnum):
    """How the interface is played."""

    AS_SPECIFIED = "as-specified"
    """Duplicate ids refused, expiry and amounts checked; unknown properties are ignored."""
    VENDOR_TEST_SERVER = "vendor-test-server"
    """As the vendor's own test server behaves, which knows the interface of 1.2.0 only."""
