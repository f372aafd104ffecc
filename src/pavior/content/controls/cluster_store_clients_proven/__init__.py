"""The store of the cluster lets in only whom it knows."""
