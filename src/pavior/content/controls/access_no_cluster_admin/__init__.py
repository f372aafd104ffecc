"""Nobody is given the role of the administrator of the whole cluster."""
