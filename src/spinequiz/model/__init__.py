"""The types that every layer shares, and nothing else."""
