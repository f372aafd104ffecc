"""Pods do not share namespaces with the machine."""
