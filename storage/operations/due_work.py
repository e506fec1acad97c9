"""Due work: which sources have something to fetch now, and when the next work falls due. One query over all of them.

Every figure is one index step (`ix_endpoint_due`, `ix_url_due`, `ix_url_revisit`): a source with a million pending URLs
costs no more than one with none.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from storage.archive import Archive
from storage.database.types import UtcDateTime

#: URLs of this priority and above are news (`storage.crawl_state.frontier.PRIORITY`), those below are backlog.
NEWS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When each kind of work of a source falls due, UTC; in the past: overdue. None: there is none."""

    source: str
    #: A feed, sitemap or section.
    endpoint_at: datetime | None = None
    #: A URL that was announced as new.
    news_at: datetime | None = None
    #: A URL from a sitemap, a link or an import.
    backlog_at: datetime | None = None
    #: A revisit of a stored page.
    revisit_at: datetime | None = None

    @property
    def at(self) -> datetime | None:
        """Return when the first of them falls due."""
        times = (self.endpoint_at, self.news_at, self.backlog_at, self.revisit_at)
        return min((time for time in times if time is not None), default=None)

    def rank(self, now: datetime) -> int | None:
        """Return 0: news, or its endpoints; 1: backlog; 2: revisits; None: nothing is due."""
        ranked = ((self.endpoint_at, 0), (self.news_at, 0), (self.backlog_at, 1), (self.revisit_at, 2))
        return min((rank for time, rank in ranked if time is not None and time <= now), default=None)


# Within a source and a state, `ix_url_due` is ordered by priority before time: so the few existing priorities are
# visited one after another, highest first, and the earliest time of each is read.
_URLS = """
with recursive step(source_key, priority) as (
  select key, (select max(priority) from url where source_key = source.key and state = 'pending') from source
  union all
  select step.source_key,
    (select max(priority) from url
     where source_key = step.source_key and state = 'pending' and priority < step.priority)
  from step where step.priority is not null
)
select source_key, priority,
  (select min(next_attempt_at) from url
   where source_key = step.source_key and state = 'pending' and priority = step.priority) as due_at
from step where priority is not null
"""

_OTHERS = """
select key as source_key,
  (select min(next_poll_at) from endpoint where source_key = source.key and retired = false) as endpoint_at,
  (select min(revisit_at) from url where source_key = source.key and revisit_at is not null) as revisit_at
from source
"""


def due(archive: Archive) -> dict[str, Due]:
    """Return due times by source, for all sources that the archive knows.

    Leases are ignored: leased work may be reported as due.
    """
    times: dict[str, dict[str, datetime | None]] = {}
    with archive.reading() as connection:
        for row in connection.execute(text(_OTHERS).columns(endpoint_at=UtcDateTime, revisit_at=UtcDateTime)):
            times[row.source_key] = {"endpoint_at": row.endpoint_at, "revisit_at": row.revisit_at}
        for row in connection.execute(text(_URLS).columns(due_at=UtcDateTime)):
            known, name = times.setdefault(row.source_key, {}), "news_at" if row.priority >= NEWS else "backlog_at"
            known[name] = min(known.get(name) or row.due_at, row.due_at)
    return {source: Due(source=source, **known) for source, known in times.items()}
