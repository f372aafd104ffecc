"""The control subnet-acl-no-open-remote-desktop."""
