"""Rights are not given to the default service account."""
