"""The inspection report: results in, documents out. It computes no numbers: metrics and findings
come from `checks`.

Nothing is imported here: the processes that draw a PDF need this package's `pdf` alone, and start
faster so.
"""
