"""The durable record: one file on disk, and what keeps it whole."""
