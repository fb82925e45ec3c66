"""Checks while a case is still open: the day's sample, deadlines that are near."""
