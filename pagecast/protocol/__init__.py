"""Messages between client and server: frames by topic, the plain protocol, errors, close codes, framing. Pure."""
