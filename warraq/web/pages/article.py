"""Article page: text, metadata, versions, near-duplicates and evidence."""

from starlette.requests import Request
from starlette.responses import Response

from storage.saving.story import Story, StoryArticle
from warraq.web.room import room_of
from warraq.web.templating import render

#: Maximum number of near-duplicates listed with an article; the story page lists all.
_MAX_NEAR_DUPLICATES = 8


def article(request: Request) -> Response:
    """Render the page. Raises NotFoundError."""
    room = room_of(request)
    number: int = request.path_params["article"]
    stored = room.archive.get(number)
    story = room.archive.story(number) if stored.story is not None else None
    return render(
        request,
        "article.html",
        stored=stored,
        article=stored.article,
        paragraphs=[line for line in stored.article.text.split("\n") if line.strip()],
        versions=room.archive.versions(number),
        withdrawals=room.archive.withdrawals(number),
        story=story,
        near=_near_duplicates(story, number),
        replay=room.replay_port is not None and stored.snapshot is not None and stored.snapshot.record is not None,
    )


def _near_duplicates(story: Story | None, number: int) -> list[tuple[StoryArticle, float | None]]:
    """Return the other articles of a story with their similarity to the first; None: this is the first."""
    if story is None:
        return []
    pairs: list[tuple[StoryArticle, float | None]] = [(story.first, None)]
    pairs += [(copy.telling, copy.likeness) for copy in story.copies]
    return [(telling, share) for telling, share in pairs if telling.article_id != number][:_MAX_NEAR_DUPLICATES]
