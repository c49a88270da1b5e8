"""The code that awaits: open rooms, uploads, jobs, conversations. It touches no file and no socket."""
