"""What pywb and the wacz tool make of given files. Run by the Python of their environment, in an empty folder.

stdin: ``{"collections": {name: [files]}, "fetch": [[collection, moment, address]], "validate": [files]}``
stdout: ``{"fetched": [[status, body]], "valid": [true]}``
"""

# ruff: noqa: E402  gevent wants to be first

from gevent import monkey

monkey.patch_all()

import contextlib
import json
import sys

from pywb.apps.frontendapp import FrontEndApp
from pywb.manager.manager import main as manager
from wacz.main import main as wacz
from werkzeug.test import Client


def add(collection, path):
    manager(["add", collection, path, *(["--unpack-wacz"] if path.endswith(".wacz") else [])])


def fetched(client, collection, moment, address):
    answer = client.get(f"/{collection}/{moment}id_/{address}")
    return [answer.status_code, answer.get_data().decode()]


def main():
    asked = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        for collection, paths in asked["collections"].items():
            manager(["init", collection])
            for path in paths:
                add(collection, path)
        client = Client(FrontEndApp(config_file=None))
        found = {
            "fetched": [fetched(client, *one) for one in asked["fetch"]],
            "valid": [wacz(["validate", "-f", path]) == 0 for path in asked["validate"]],
        }
    print(json.dumps(found))


main()
