"""Who works runs off, when there is more than one process to do it."""
