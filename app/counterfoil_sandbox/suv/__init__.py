"""The second upstream: vouchers by request and advice, as in Electrum's SUV interface."""
