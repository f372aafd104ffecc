"""What people type as a reason."""


def says_something(text: str) -> bool:
    """Whether a letter or a digit is in it; the dots of a command that a denial shows are no reason."""
    return any(character.isalnum() for character in text)
