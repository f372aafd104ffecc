"""What is really there: observed resources, and how they differ from what was declared."""
