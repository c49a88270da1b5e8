"""Page turns by uWebSockets, through socketify: ``python -m bench.uws PORT FOLDER TABLE``."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from bench.sink import first_pages, page_of


def main(port: int, table: Path) -> None:
    socketify: Any = importlib.import_module("socketify")
    pages = first_pages(table)
    app = socketify.App()

    def view(viewer: Any) -> None:
        viewer.subscribe("page")

    def turn(viewer: Any, message: str, kind: Any) -> None:
        page = json.dumps(page_of(pages, int(json.loads(message)["page_no"])))
        app.publish("page", page, socketify.OpCode.TEXT)

    app.ws(
        "/*",
        {
            "compression": socketify.CompressOptions.DISABLED,
            "idle_timeout": 0,
            "max_backpressure": 2**20,
            "open": view,
            "message": turn,
        },
    )
    app.listen(socketify.AppListenOptions(port=port, host="127.0.0.1"), lambda config: None)
    app.run()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[3]))
