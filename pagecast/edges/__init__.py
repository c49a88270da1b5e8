"""Everything that touches the world: disk, HTTP, WebSocket, TCP, metrics, options."""
