"""Who did what, when, through which door, and how it ended: append-only and hash-chained."""
