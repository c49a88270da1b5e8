"""What Pagecast needs from the world, in small ports; each has an in-memory twin in `memory/`."""
