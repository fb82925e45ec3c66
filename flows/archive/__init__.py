"""A run's folder and a closing's: written, locked, identified, sealed and read again."""
