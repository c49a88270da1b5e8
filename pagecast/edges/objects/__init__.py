"""Documents on an object store: records, files in segments, a cache of blocks. It blocks, and is called in threads."""
