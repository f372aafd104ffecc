"""Machines of the cluster may touch only what concerns them."""
