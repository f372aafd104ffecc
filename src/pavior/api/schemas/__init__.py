"""What goes over the wire, field by field: a new field of a model is not told until it is written here."""
