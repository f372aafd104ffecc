"""What is required: controls, their enforcement, the Decision they lead to, and the waivers that excuse."""
