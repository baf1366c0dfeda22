"""Sessions of REES46 files against plain Python on the same files."""

from __future__ import annotations

import dataclasses
import itertools
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from data_root import REAL_DATA, DataRoot
from generated_files import write_rees46
from independent_sessions import Session, events, rows, sessions

HEAD = REAL_DATA / "rees46_head" / "2019-Oct_first_17k.csv"
COLUMNS = ", ".join(field.name for field in dataclasses.fields(Session))


@dataclasses.dataclass(frozen=True)
class Shop:
    root: DataRoot
    generated: list[Path]
    head: Path | None

    @property
    def files(self) -> list[Path]:
        return [*self.generated, *([self.head] if self.head else [])]

    def published(self) -> list[Session]:
        return sorted(Session(*row) for row in self.root.built(f"select {COLUMNS} from sessions"))


@pytest.fixture(scope="module")
def shop(new_root: Callable[[str], DataRoot]) -> Shop:
    """Generated files and, if available, the head of the real ones, with different visitors."""
    root = new_root("rees46")
    folder = root.folder("rees46", "events")
    generated = write_rees46(folder)
    head = Path(shutil.copy(HEAD, folder)) if HEAD.exists() else None
    landed = root.land()
    assert {file.status for file in landed} == {"landed"}
    root.build("sessions")
    return Shop(root, generated, head)


def test_generated_files_contain_the_edges(shop: Shop) -> None:
    """Otherwise a passing comparison would prove nothing."""
    happened = events(shop.generated)
    assert sum(1 for file in shop.generated for _ in rows(file)) > len(happened) + 80
    gaps = Counter()
    ordered = sorted(happened)
    for event, following in itertools.pairwise(ordered):
        if event.user_id == following.user_id:
            gaps[(following.event_time - event.event_time).total_seconds()] += 1
    assert min(gaps[0], gaps[1799], gaps[1800], gaps[1801], gaps[1860], gaps[1861]) >= 20
    classes = Counter(session.funnel_class for session in sessions(happened))
    assert min(classes[name] for name in ("buyer", "funshopper", "bouncer", "browser", "other")) > 5


def test_every_row_lands(shop: Shop) -> None:
    landed = dict(shop.root.raw("select file, rows_landed from raw.landed_files"))
    for file in shop.files:
        name = str(file.relative_to(shop.root.paths.landing))
        assert landed[name] == sum(1 for _ in rows(file)), name


def test_sessions_of_generated_files(shop: Shop) -> None:
    expected = sessions(events(shop.generated))
    visitors = {session.visitor_id for session in expected}
    published = [session for session in shop.published() if session.visitor_id in visitors]
    assert published == expected


def test_sessions_of_the_real_head(shop: Shop) -> None:
    if not shop.head:
        pytest.skip(f"{HEAD} is not there")
    assert sum(1 for _ in rows(shop.head)) == 17_434
    expected = sessions(events([shop.head]))
    assert len({session.visitor_id for session in expected}) == 4_504
    visitors = {session.visitor_id for session in expected}
    published = [session for session in shop.published() if session.visitor_id in visitors]
    assert published == expected


def test_longer_timeout_gives_fewer_sessions(shop: Shop) -> None:
    """Must be the last test of this module, because it rebuilds the marts."""
    happened = events(shop.files)
    at_30, at_31 = sessions(happened), sessions(happened, timeout_minutes=31)
    assert len(at_31) < len(at_30)
    shop.root.refresh("--vars", "{session_timeout_minutes: 31}")
    assert shop.published() == at_31
