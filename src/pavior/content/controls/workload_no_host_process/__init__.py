"""Windows containers do not run as processes of the machine."""
