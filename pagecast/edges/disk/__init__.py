"""Documents on disk: records, files, drafts, removal."""
