"""The report's chapters, each from numbers to blocks."""
