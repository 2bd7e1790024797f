"""Counterfoil: a desktop till for redeeming prepaid vouchers."""

__version__ = "0.1.0"
