"""The control container-service-without-public-address."""
