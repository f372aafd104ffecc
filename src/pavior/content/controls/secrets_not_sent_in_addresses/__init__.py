"""The control secrets-not-sent-in-addresses."""
