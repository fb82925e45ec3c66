"""One audit: from the records of a folder or lake to a run's folder."""
