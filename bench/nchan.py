"""Page turns by nginx's nchan module: ``python -m bench.nchan PORT FOLDER TABLE``.

It becomes nginx; whoever turns sends the page. Debian has the module in libnginx-mod-nchan.
"""

import os
import shutil
import sys
from pathlib import Path

PLACES = ("/usr/lib/nginx/modules", "/usr/share/nginx/modules", "/usr/lib64/nginx/modules")

CONF = """
load_module {module};
daemon off;
worker_processes 1;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_rlimit_nofile 20000;
events {{ worker_connections 10000; }}
http {{
    access_log off;
    nchan_shared_memory_size 64M;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        tcp_nodelay on;
        location / {{
            nchan_pubsub websocket;
            nchan_channel_id pages;
            nchan_message_buffer_length 1;
            nchan_subscriber_first_message newest;
        }}
    }}
}}
"""


def nginx() -> str | None:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def module() -> Path | None:
    """The nchan module, where it is here."""
    found = (Path(place) / "ngx_nchan_module.so" for place in PLACES)
    return next((path for path in found if path.exists()), None)


def main(port: int, folder: Path) -> None:
    program = nginx()
    assert program, "nginx is not here"
    user = "user root;" if os.geteuid() == 0 else ""  # else its worker would not get at the folder
    conf = folder / "nginx.conf"
    conf.write_text(CONF.format(module=module(), user=user, folder=folder, port=port))
    os.execv(program, [program, "-p", str(folder), "-c", str(conf), "-e", str(folder / "error.log")])


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
