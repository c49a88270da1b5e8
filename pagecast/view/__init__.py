"""A question about a table: read from a query string, written as one, and said in words. Runs nothing."""
