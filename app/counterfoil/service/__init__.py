"""Use cases: what the till does, in terms of the ports and the domain alone."""
