"""Reader preferences: interface language and colour theme, each in its own cookie."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warraq.locale import LANGUAGES
from warraq.web.templating import THEMES, local_path, set_choice

_CHOICES = {"language": ("warraq_language", LANGUAGES), "theme": ("warraq_theme", THEMES)}


def choose(request: Request) -> Response:
    """Store a preference and redirect to the page it was chosen on."""
    response = RedirectResponse(local_path(request.query_params.get("next", "/")), status_code=303)
    for name, (cookie, values) in _CHOICES.items():
        if request.query_params.get(name) in values:
            set_choice(response, cookie, request.query_params[name])
    return response
