from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator

import pytest

from orchestration.alerts import WEBHOOK_VARIABLE, alert_text, send_alert


class Webhook(http.server.HTTPServer):
    """Remembers what was posted to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.posted: list[dict] = []
        self.answer = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Content-Type"] == "application/json"
        self.server.posted.append(json.loads(body))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    server = Webhook()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_alert_has_run_step_and_reason(webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WEBHOOK_VARIABLE, webhook.url)
    text = alert_text(run_id="abc", step="dbt_models", reason="test `x` found 3 rows.")
    assert send_alert(text) is None
    assert webhook.posted == [
        {"text": "Klantbeeld: refresh abc failed in step dbt_models. test `x` found 3 rows."}
    ]


def test_no_webhook_no_alert(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(WEBHOOK_VARIABLE, raising=False)
    assert send_alert("anything") is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/nobody", "ftp://example.org", "nonsense"])
def test_unusable_webhook_is_reported_without_raising(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(WEBHOOK_VARIABLE, url)
    assert send_alert("anything")


def test_webhook_error_is_reported(webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    webhook.answer = 500
    monkeypatch.setenv(WEBHOOK_VARIABLE, webhook.url)
    assert "500" in (send_alert("anything") or "")
