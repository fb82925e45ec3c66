"""Files of each format, as sheets of text or typed columns."""
