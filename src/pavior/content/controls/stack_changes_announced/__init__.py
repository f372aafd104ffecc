"""The control stack-changes-announced."""
