"""Story page: who published a text first, and how much of it each other article copied."""

from starlette.requests import Request
from starlette.responses import Response

from warraq.web.room import room_of
from warraq.web.templating import render


def story(request: Request) -> Response:
    """Render the page. Raises NotFoundError."""
    room = room_of(request)
    found = room.archive.story(request.path_params["story"])
    ids = [found.first.article_id, *(copy.telling.article_id for copy in found.copies)]
    return render(
        request,
        "story.html",
        story=found,
        cards={card.article_id: card for card in room.archive.cards_of(ids)},
    )
