"""The words every other package speaks: errors, references, verdicts, time and pages. It imports nothing of ours."""
