"""The store of the cluster does not make up its own certificate."""
