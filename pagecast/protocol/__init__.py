"""What crosses a socket: frames by topic, the plain protocol, errors, close codes, WebSocket framing. Pure."""
