"""HTTP clients. The plain one: one connection, kept alive; nothing is retried behind a test's back.
The patient one asks until it is answered."""

import http.client
import json
import secrets
import time

# What "the other side is away" looks like.
AWAY = (OSError, http.client.HTTPException)


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
        except AWAY:
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


class PatientClient(Client):
    """Repeats each request, with the same key, until it is answered: over every death of the shop,
    which may listen elsewhere afterwards."""

    NOT_NOW = (429, 503, 504)

    def __init__(self, shop, seconds=240):
        super().__init__(address=None, timeout=20)
        self.shop = shop
        self.seconds = seconds
        self.failures = 0  # tries without an answer

    def request(self, method, path, body=None, headers=None, **options):
        headers = {"Idempotency-Key": secrets.token_urlsafe(24), **(headers or {})}
        end = time.monotonic() + self.seconds
        while True:
            answer = self.try_once(method, path, body, headers, **options)
            if answer is not None and answer.status not in self.NOT_NOW:
                return answer
            self.failures += 1
            assert time.monotonic() < end, f"{method} {path} is never answered"
            time.sleep(0.05)

    def try_once(self, *request, **options):
        try:
            once = Client(self.shop.address, self.headers, self.timeout)
            return once.request(*request, **options)
        except (*AWAY, ValueError):  # ValueError: its file is half written
            return None
