"""`python -m pavior` is `pavior`."""

from pavior.main import cli

if __name__ == "__main__":
    cli()
