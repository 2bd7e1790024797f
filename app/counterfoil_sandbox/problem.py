"""Problem details (RFC 9457), the body of every error the sandbox answers."""

from http import HTTPStatus

PROBLEM_TYPE = "application/problem+json"

_TITLES = {
    400: ("bad-request", "The request was unacceptable"),
    401: ("unauthorised", "No valid API key was given"),
    402: ("request-failed", "The parameters were valid but the request failed"),
    403: ("forbidden", "The API key does not have permission for the request"),
    404: ("not-found", "The requested resource was not found"),
    409: ("conflict", "The request conflicts with another request"),
    422: ("unprocessable-content", "The parameters were valid but could not be processed"),
    429: ("too-many-requests", "Too many requests"),
    500: ("internal-server-error", "Something went wrong on our side"),
}


def problem(status: int, detail: str, instance: str) -> dict[str, str | int]:
    """Return problem details. ``detail`` must hold nothing that the client sent as a secret."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Error"
    slug, title = _TITLES.get(status, (phrase.lower().replace(" ", "-"), phrase))
    return {
        "type": f"https://api.momentpay.net/docs/errors#{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": instance,
    }
