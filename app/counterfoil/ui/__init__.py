"""The window: widgets that render records and emit intents."""
