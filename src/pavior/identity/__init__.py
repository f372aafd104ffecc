"""Who there is and who may do what: people, teams, roles, sessions, tokens, permissions."""
