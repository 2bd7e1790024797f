"""The gateway to Moment: an aggregator with an idempotency key and no published reversal."""
