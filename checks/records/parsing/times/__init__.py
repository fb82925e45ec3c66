"""Times as exports write them, and how exactly they are known."""
