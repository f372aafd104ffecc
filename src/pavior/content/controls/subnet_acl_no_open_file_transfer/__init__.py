"""The control subnet-acl-no-open-file-transfer."""
