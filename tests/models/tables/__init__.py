"""Tables that people send, read apart from everything else."""
