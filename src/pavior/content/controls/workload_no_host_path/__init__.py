"""Pods do not use folders of the machine."""
