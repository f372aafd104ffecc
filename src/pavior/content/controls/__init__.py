"""The controls that come with Pavior, one folder each: control.toml, rule.py, lesson.md and cases."""
