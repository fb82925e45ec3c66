"""Watching the service desk: alerts before deadlines, the day's sample of tickets."""
