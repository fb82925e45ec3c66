"""The numbers of a closing: the one description of what metrics.json and year.json hold.

Checks build these records, the report reads them by attribute; JSON is met only in
checks.numbers.plain.
"""
