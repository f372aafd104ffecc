"""The control container-cluster-measured."""
