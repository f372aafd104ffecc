"""The control object-storage-no-public-read-acl."""
