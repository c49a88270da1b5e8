"""How much one client may take: token buckets, slots, admission, leases. Pure."""
