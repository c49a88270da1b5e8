"""The in-memory twin of each port."""
