"""The machine: processes, packages, errors, what a terminal or spreadsheet may be shown."""
