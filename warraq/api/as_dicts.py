"""The values of the archive as flat dictionaries, for `Results`."""

from storage.export.columns import Record, instant, stored_record
from storage.saving.story import Copy, Story, StoryArticle
from storage.search.base import Hit
from storage.versions.changes import Edit

__all__ = ["edit_record", "hit_record", "stored_record", "story_records"]


def hit_record(hit: Hit) -> Record:
    """A search result: identity, title and the excerpt that shows why it matched."""
    return {
        "id": hit.article_id,
        "url": hit.url,
        "source": hit.source,
        "published": hit.published,
        "title": hit.title.text,
        "snippet": hit.snippet.text,
    }


def edit_record(edit: Edit) -> Record:
    """A change that a source made: when it was seen, its kinds, and both wordings."""
    return {
        "id": edit.article_id,
        "url": edit.url,
        "source": edit.source,
        "at": instant(edit.at),
        "after": instant(edit.after),
        "kinds": list(edit.kinds),
        "changes": [change.as_json() for change in edit.changes],
        "old_title": edit.old.title,
        "new_title": edit.new.title,
        "old_text": edit.old.text,
        "new_text": edit.new.text,
    }


def story_records(story: Story) -> list[Record]:
    """Return the articles of a story, first published first, each with its similarity to the first (0 to 1)."""
    return [_member(story.first, None), *(_member(copy.telling, copy) for copy in story.copies)]


def _member(article: StoryArticle, copy: Copy | None) -> Record:
    return {
        "id": article.article_id,
        "url": article.url,
        "source": article.source,
        "title": article.title,
        "at": instant(article.instant),
        "taken": 1.0 if copy is None else copy.taken,
        "kept": 1.0 if copy is None else copy.kept,
    }
