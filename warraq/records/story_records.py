"""Stories as plain values."""

from dataclasses import asdict

from storage.export.columns import instant
from storage.saving.story import Story, StoryArticle


def story_record(story: Story) -> dict[str, object]:
    """Return a story as a plain object: the first article, then the copies with their shares."""
    copies = [
        _telling_record(copy.telling)
        | {"taken": round(copy.taken, 4), "kept": round(copy.kept, 4), "likeness": round(copy.likeness, 4)}
        | {"added": list(copy.added), "removed": list(copy.removed)}
        for copy in story.copies
    ]
    return {"id": story.id, "first": _telling_record(story.first), "copies": copies}


def _telling_record(telling: StoryArticle) -> dict[str, object]:
    return {
        "article_id": telling.article_id,
        "source": telling.source,
        "url": telling.url,
        "title": telling.title,
        "at": instant(telling.instant),
        "known_by": telling.known_by,
        "published_at": instant(telling.published_at) if telling.published_at else None,
        "first_seen_at": instant(telling.first_seen_at),
        "credits": [asdict(credit) for credit in telling.credits],
    }
