"""The control object-storage-no-public-write-acl."""
