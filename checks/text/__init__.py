"""Texts: filled in, masked, read from YAML."""
