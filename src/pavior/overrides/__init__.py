"""What was let past the gate once, by whom, why, and what was said of it afterwards."""
