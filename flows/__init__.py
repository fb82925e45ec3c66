"""What Kelou does: ingest, orchestrate, render, deliver. Effects live here and nowhere else."""
