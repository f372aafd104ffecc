"""The control secrets-rotated."""
