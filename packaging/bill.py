"""Completes the bill of materials that uv makes of the lock, so that it is the same each time.

    uv export --frozen --no-dev --format cyclonedx1.5 | python packaging/bill.py > FILE

It gets the version of the till, the licence of each part, what is shipped and in no lock, and the
time of the commit in SOURCE_DATE_EPOCH. Its number is made of all of that.
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

ROOT = Path(__file__).parents[1]
PARTS = ROOT / "resources" / "licences" / "parts.json"
_OWN = "counterfoil"


def completed(bill: dict[str, Any], version: str, made_at: datetime) -> dict[str, Any]:
    """Return the bill with what the lock does not say."""
    licences = {one["name"]: one["licence"] for one in json.loads(PARTS.read_text("utf-8"))}
    components = [_with_licence(one, licences) for one in bill["components"]]
    named = {one["name"] for one in components} | {_OWN}
    components += [
        _with_licence({"type": "library", "bom-ref": name, "name": name}, licences)
        for name in licences
        if name not in named
    ]
    own = bill["metadata"]["component"] | {"type": "application", "version": version}
    metadata = bill["metadata"] | {
        "timestamp": made_at.isoformat(),
        "component": _with_licence(own, licences),
    }
    whole = bill | {"components": components, "metadata": metadata}
    number = uuid5(NAMESPACE_URL, json.dumps(whole | {"serialNumber": ""}, sort_keys=True))
    return whole | {"serialNumber": f"urn:uuid:{number}"}


def _with_licence(component: dict[str, Any], licences: dict[str, str]) -> dict[str, Any]:
    said = licences.get(component["name"])
    return component if said is None else component | {"licenses": [_licence(said)]}


def _licence(said: str) -> dict[str, Any]:
    is_expression = " OR " in said or " WITH " in said
    return {"expression": said} if is_expression else {"license": {"id": said}}


def main() -> None:
    """Read uv's bill and write the whole one."""
    from counterfoil import __version__

    made_at = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    json.dump(completed(json.load(sys.stdin), __version__, made_at), sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
