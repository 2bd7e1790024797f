"""The window: widgets that draw records and emit what a person wants."""
