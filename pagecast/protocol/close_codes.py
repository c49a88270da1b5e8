"""The codes of a WebSocket close frame that the server sends.

RFC 6455, section 7.4, defines 1000 to 1015 and leaves 4000 to 4999 to applications. Ours: 4000 to 4499 invite the
client to connect again, 4500 to 4999 do not.
"""

DONE = 1000
"""The connection has served its purpose: an upload has ended well."""

MISBEHAVED = 1008
"""The client has broken the rules too often."""

RESTARTING = 4001
"""The server is stopping, most often to start again."""

DISK_FAILED = 4007
"""The server cannot store anything now."""

TOO_SLOW = 4008
"""The client could not keep up, or did not send in time."""

UPLOAD_FAILED = 4500
"""The upload has ended with an error."""

NO_SUCH_DOCUMENT = 4504
"""There is no document at this address."""

DELETED = 4510
"""The document has just been deleted."""
