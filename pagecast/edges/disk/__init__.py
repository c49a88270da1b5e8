"""Documents on disk: records, files, drafts, removal. Everything here blocks, and is called in threads."""
