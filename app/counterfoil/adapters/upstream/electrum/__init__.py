"""The gateway to Electrum's interface for single use vouchers (SUV): requests and their advices."""
