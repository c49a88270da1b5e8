"""What all tests share: property tests try enough to find what is wrong, and never measure time."""

from hypothesis import settings

settings.register_profile("pagecast", max_examples=50, deadline=None)
settings.load_profile("pagecast")
