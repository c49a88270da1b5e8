"""Limits: token buckets, rate limiters, slots, quotas, admission, leases. Pure."""
