"""The scripts of the page on their way out: many modules are joined to two files. The source needs no build."""
