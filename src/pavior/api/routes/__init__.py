"""The routes, by what they are about. Each is one call of one service; nothing is decided here."""
