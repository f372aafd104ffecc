"""The control subnet-acl-no-open-admin-ports."""
