"""Paved roads: versioned templates that give a service everything it needs to be run safely."""
