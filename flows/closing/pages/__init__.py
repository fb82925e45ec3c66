"""Published reports over HTTP, to be read and nothing else."""
