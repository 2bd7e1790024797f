"""Moment's redemptions interface, as far as its documents describe it."""
