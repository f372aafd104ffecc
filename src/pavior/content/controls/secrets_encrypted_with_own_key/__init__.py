"""The control secrets-encrypted-with-own-key."""
