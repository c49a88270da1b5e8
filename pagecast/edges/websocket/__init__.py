"""Pagecast over WebSocket: connections, framing, broadcasts."""
