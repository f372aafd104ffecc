"""The control subnet-no-automatic-public-addresses."""
