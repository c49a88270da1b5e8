"""Pagecast over HTTP: pages for people, requests for programs, uploads."""
