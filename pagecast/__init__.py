"""Pagecast shows one table to many people, a page at a time."""
