"""The control cache-asks-for-credentials."""
