"""The control resources-tagged-with-owner-and-data-class."""
