"""Programs in containers cannot get more rights than they started with."""
