"""Cells as people write them -> canonical cells: text, codes, booleans, numbers, instants; then
repeats and quarantine.

Polars expressions and series functions only; nothing here opens a file.
"""
