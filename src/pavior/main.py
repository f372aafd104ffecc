"""Where the program begins: the only module that reads the machine's environment and starts things."""

import gc
import os
import sys


def cli() -> None:
    """The command `pavior`."""
    # What is loaded stays, so looking for garbage among it finds none; a command turns it on again before it works.
    gc.disable()
    _load_msgspec()
    from pathlib import Path

    from pavior.cli.root import invoke
    from pavior.launching.later import LaterLauncher

    _leave(invoke(sys.argv[1:], LaterLauncher(os.environ, Path.home(), _program)))


def _load_msgspec() -> None:
    """Load msgspec as where there is no `typing_extensions`, from which it takes what `typing` has as well.

    With it comes `inspect`, and with that the parser and the disassembler of Python: a tenth of a small check.
    """
    if "typing_extensions" in sys.modules:
        return
    # None is what Python takes for a module that is not there.
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]
    try:
        import msgspec  # noqa: F401
    finally:
        del sys.modules["typing_extensions"]


def _program() -> str:
    """What to type to start this again: its bare name where that is enough, else its path."""
    import shutil
    from pathlib import Path

    path = Path(sys.argv[0]).absolute()
    if path.name == "__main__.py":
        return f"{sys.executable} -m pavior"
    found = shutil.which(path.name)
    return path.name if found is not None and Path(found).absolute() == path else str(path)


def _leave(status: int) -> None:
    """End the process; Python takes apart what it loaded only where something was started that has to be closed."""
    if "pavior.launching.launcher" not in sys.modules:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, AttributeError):
            # Nobody takes the rest, or the stream was closed from the beginning and is None: Python knows how to end.
            sys.exit(status)
        os._exit(status)
    sys.exit(status)
