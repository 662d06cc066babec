"""A plain HTTP client: one connection, kept alive; nothing is retried behind a test's back."""

import http.client
import json
import secrets


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    def expect(self, *statuses):
        assert self.status in statuses, f"{self.status} {self.body[:2000]!r}"
        return self

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


class Client:
    def __init__(self, address, headers=None, timeout=60):
        self.address = address
        self.headers = dict(headers or {})
        self.timeout = timeout
        self.connection = None

    def request(self, method, path, body=None, headers=None, content_type="application/json"):
        all_headers = {**self.headers, **(headers or {})}
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if body is not None:
            all_headers.setdefault("Content-Type", content_type)
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.address, timeout=self.timeout)
        try:
            self.connection.request(method, path, body, all_headers)
            response = self.connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if response.will_close:
            self.close()
        return answer

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body=None, key=None, **options):
        """`key`: an Idempotency-Key; True makes a fresh one."""
        if key is not None:
            value = secrets.token_urlsafe(24) if key is True else key
            options["headers"] = {**options.get("headers", {}), "Idempotency-Key": value}
        return self.request("POST", path, body, **options)

    def put(self, path, body, **options):
        return self.request("PUT", path, body, **options)

    def patch(self, path, body, **options):
        return self.request("PATCH", path, body, **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None
