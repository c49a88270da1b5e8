"""Close codes: 4000 to 4499 invite a client back, 4500 to 4999 do not."""

# Close codes: 4000 to 4499 invite a client back, 4500 to 4999 do not.
DONE = 1000


GOING_AWAY = 1001


MISBEHAVED = 1008


DISK_FAILED = 4007


TOO_SLOW = 4008


UPLOAD_FAILED = 4500


NO_SUCH_DOCUMENT = 4504
