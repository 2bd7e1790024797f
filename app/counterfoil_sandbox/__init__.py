"""The built-in upstream: a provider's interface over real HTTP, with a ledger and fault dials.

A dial is a setting that makes something go wrong on purpose. The package shares no code with the
rest of the program, so that a misreading of the provider's documents in one is not mirrored in the
other. Start it with ``counterfoil_sandbox.server``; importing this package alone loads no web
framework.
"""
