"""What people say against a control's answer, and what its owners answered."""
