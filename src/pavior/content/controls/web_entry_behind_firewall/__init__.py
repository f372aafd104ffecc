"""The control web-entry-behind-firewall."""
