"""The portal: server-rendered pages."""
