"""A till's sales with a provider's statement of them, in which each kind of difference is."""

from pathlib import Path

from counterfoil.domain.states import RedemptionState
from counterfoil.ports.journal import Journal
from support.samples import Samples

SALES = 8


async def sold(journal: Journal) -> None:
    """Sell something in a journal."""
    samples = Samples()
    for _ in range(SALES):
        await samples.in_state(journal, RedemptionState.FINAL)


async def planted(journal: Journal, path: Path, kinds: str = "") -> Path:
    """Write the statement: of four sales each has another kind of difference, four are matched."""
    ones = list(reversed(await journal.history(SALES)))
    rows = [f"{one.reference},{one.created_at.isoformat()},19.00{kinds}" for one in ones]
    rows[1] = rows[1].replace("19.00", "18.00")
    rows.append(rows[2])
    rows.append(f"X7X-7X7,{ones[4].created_at.isoformat()},5.00{kinds}")
    del rows[3]
    heading = "Reference,Created,Amount" + (",Status" if kinds else "")
    path.write_text("\n".join([heading, *rows]), encoding="utf-8")
    return path
