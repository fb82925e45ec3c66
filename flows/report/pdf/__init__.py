"""HTML to a PDF that is PDF/A-3a and PDF/UA-1 at once, and the checks that it must pass."""
