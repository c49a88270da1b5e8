"""From bytes to cells: encoding, dialect, readings, ingest, rows, the page index, column windows. Pure."""
