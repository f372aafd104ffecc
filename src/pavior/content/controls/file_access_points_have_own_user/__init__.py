"""The control file-access-points-have-own-user."""
