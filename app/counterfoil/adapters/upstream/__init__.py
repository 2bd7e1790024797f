"""The guarded exchange that every gateway shares."""
