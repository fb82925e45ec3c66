"""Results to view model: every string of the report, computed before any template runs."""
