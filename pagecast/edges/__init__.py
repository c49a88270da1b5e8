"""The edges: the only modules that touch disks, sockets and clocks."""
