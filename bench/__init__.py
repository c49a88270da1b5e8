"""Measures Pagecast: every figure is a ratio to something plainer that is timed in the same run."""
