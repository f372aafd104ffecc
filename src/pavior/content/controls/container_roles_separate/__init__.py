"""The control container-roles-separate."""
