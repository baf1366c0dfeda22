"""Posts to a webhook what an operator must know of."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Sequence

WEBHOOK_VARIABLE = "KLANTBEELD_ALERT_WEBHOOK"
TIMEOUT_SECONDS = 10
MOST_PROBLEMS = 10


def alert_text(*, run_id: str, step: str | None, reason: str) -> str:
    """The text of an alert. The reason names files, models and rules, never a person."""
    where = f" in step {step}" if step else ""
    return f"Klantbeeld: refresh {run_id} failed{where}. {reason}"


def problems_text(run_id: str, problems: Sequence[str]) -> str:
    """The text of an alert on files and rows that do not fit, in a refresh that goes on."""
    more = f" And {len(problems) - MOST_PROBLEMS} more." if len(problems) > MOST_PROBLEMS else ""
    shown = " ".join(problems[:MOST_PROBLEMS])
    return f"Klantbeeld: refresh {run_id} goes on without what does not fit. {shown}{more}"


def send_alert(text: str) -> str | None:
    """POST `text` to the webhook, if one is set; returns why that failed, or None.

    It raises nothing, so that a failed delivery can't hide the failure that it reports.
    """
    url = os.environ.get(WEBHOOK_VARIABLE)
    if not url:
        return None
    if not url.startswith(("http://", "https://")):
        return f"{WEBHOOK_VARIABLE} is not an http(s) address"
    request = urllib.request.Request(
        url,
        data=json.dumps({"text": text}).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
            return None
    except OSError as error:
        return f"the alert could not be delivered: {error}"
