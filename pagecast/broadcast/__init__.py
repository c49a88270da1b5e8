"""Messages prepared once for many viewers, outboxes, and groups of viewers. Pure."""
