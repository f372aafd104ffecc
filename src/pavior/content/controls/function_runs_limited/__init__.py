"""The control function-runs-limited."""
