"""`pavior check`: what is asked of it, what it looks at, and how the answer is told."""
