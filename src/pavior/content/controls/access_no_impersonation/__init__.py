"""Nobody may pose as somebody else."""
