"""What Pavior tells about itself while it runs: log lines, numbers, traces."""
