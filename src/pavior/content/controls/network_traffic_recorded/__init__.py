"""The control network-traffic-recorded."""
