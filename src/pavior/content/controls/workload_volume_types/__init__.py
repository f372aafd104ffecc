"""Pods use only kinds of volumes that the cluster watches over."""
