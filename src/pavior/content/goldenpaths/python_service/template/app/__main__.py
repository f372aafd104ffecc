"""Starts the service: `python -m app`. Everything it needs from outside comes from the environment."""

import os
import signal
from types import FrameType

from app.records import MemoryRecords, Records, TableRecords
from app.server import make_server


def main() -> None:
    """Serve until the platform says stop."""
    table = os.environ.get("RECORDS_TABLE", "")
    records: Records = TableRecords.connect(table) if table else MemoryRecords()
    server = make_server(os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8080")), records)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    print(f"listening on {server.server_address[0]}:{server.server_address[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        # Waits for the requests that are being answered.
        server.server_close()


if __name__ == "__main__":
    main()
