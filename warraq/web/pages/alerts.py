"""Alerts page: the saved searches, what waits, and what could not be sent. Read-only, without the targets' secrets."""

from starlette.requests import Request
from starlette.responses import Response

from crawler.alerting.targets import masked
from warraq.web.room import room_of
from warraq.web.templating import render


def alerts(request: Request) -> Response:
    """Render the page."""
    states = room_of(request).alerts()
    targets = {state.alert.name: [masked(target) for target in state.alert.targets] for state in states}
    return render(request, "alerts.html", states=states, targets=targets)
