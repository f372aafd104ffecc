"""The control network-no-open-plain-web."""
