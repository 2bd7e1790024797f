"""The durable record: one file on disk, or the same rules in memory."""
