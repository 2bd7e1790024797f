"""The second upstream: vouchers by request and advice, as Electrum's SUV interface has them."""
