"""Counterfoil: a desktop till for redeeming prepaid vouchers."""

__version__ = "1.0.0"
