"""Use cases: they speak only ports and domain."""
