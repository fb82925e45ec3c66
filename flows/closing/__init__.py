"""Closings: a month's run as a published fact, what later data changes of it, and who approved
it."""
