"""Where services run, and the Changes that move them: plan, approval, apply, verify."""
