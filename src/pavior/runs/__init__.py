"""What is happening: progress, logs and cancelling of everything that takes long."""
