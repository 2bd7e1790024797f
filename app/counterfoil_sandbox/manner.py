"""Whose behaviour the second upstream imitates: its documents, or the vendor's test server."""

from enum import StrEnum


class Manner(StrEnum):
    """Whose behaviour the interface imitates."""

    AS_SPECIFIED = "as-specified"
    """Duplicate ids refused, expiry and amounts checked; unknown properties are ignored."""
    VENDOR_TEST_SERVER = "vendor-test-server"
    """As the vendor's own test server behaves, which knows the interface of 1.2.0 only."""
