"""Bad input of every kind against the real program: a problem document with the right status, no
crash, nothing changed."""

import json
import os
import socket
import threading
import time

import pytest

from programs import wait_until
from unchanged import check_unchanged, events_in, wait_settled

HEAD = "Host: shop\r\n"


def talk(shop, data, seconds=20):
    """Sends the bytes and returns all that comes until the shop closes, or has answered once."""
    host, port = shop.address.rsplit(":", 1)
    with socket.create_connection((host, int(port)), seconds) as connection:
        try:
            connection.sendall(data if isinstance(data, bytes) else data.encode())
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has answered and hung up already
        return read_answer(connection)


def read_answer(connection):
    received = b""
    while True:
        head, separator, body = received.partition(b"\r\n\r\n")
        if separator:
            lengths = [
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length:")
            ]
            if lengths and len(body) >= lengths[0]:
                return received
        piece = connection.recv(65536)
        if not piece:
            return received
        received += piece


def status_of(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def assert_problem(answer, *statuses):
    assert status_of(answer) in statuses, answer[:500]
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head, answer[:500]
    document = json.loads(body)
    assert document["status"] == status_of(answer)
    assert {"type", "title", "detail"} <= document.keys()


def post(path, body, headers="", content_type="application/json"):
    body = body.encode() if isinstance(body, str) else body
    head = (
        f"POST {path} HTTP/1.1\r\n{HEAD}Content-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n{headers}\r\n"
    )
    return head.encode() + body


@pytest.fixture(scope="module")
def settled_shop(shared_shop):
    wait_settled(shared_shop)
    return shared_shop


@pytest.fixture
def open_shop(settled_shop):
    """After each test the same process still serves, and no event was written."""
    before = events_in(settled_shop)
    yield settled_shop
    settled_shop.api().get("/livez").expect(200)
    assert settled_shop.process.poll() is None
    check_unchanged(before, events_in(settled_shop))


@pytest.mark.parametrize(
    "request_text, status",
    [
        ("GET /livez HTTP/1.1\r\n\r\n", 400),
        (f"GET /livez HTTP/1.1\r\n{HEAD}Host: other\r\n\r\n", 400),
        (f"GET /livez HTTP/1.1\r\n{HEAD}X: a\r\n b\r\n\r\n", 400),
        (f"GET /livez HTTP/1.1\r\n{HEAD}X : a\r\n\r\n", 400),
        ("GET /livez HTTP/1.1\r\nHost: sh\xf6p\r\n\r\n", 400),
        ("GET /livez HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        ("GET /livez HTTP/1.1\r\nHost:\r\n\r\n", 400),
        # A line end without CR is none: the version would be "HTTP/1.1\n".
        (f"GET /livez HTTP/1.1\n{HEAD}\n\n", 505),
        (f"GET /livez HTTP/1.1\r\n{HEAD}X: a\x00b\r\n\r\n", 400),
        (f"GET /livez HTTP/3.0\r\n{HEAD}\r\n", 505),
        (f"GET  /livez HTTP/1.1\r\n{HEAD}\r\n", 400),
        ("nonsense\r\n\r\n", 400),
        ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\r\n\r\n", 400),
    ],
)
def test_what_is_not_plain_http_is_refused(open_shop, request_text, status):
    assert_problem(talk(open_shop, request_text.encode("latin-1")), status)


@pytest.mark.parametrize(
    "headers, status",
    [
        ("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", 400),
        ("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", 400),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400),
        ("Transfer-Encoding: gzip, chunked\r\n", 501),
        ("Transfer-Encoding: chunked, identity\r\n", 501),
        ("Transfer-Encoding: \x0bchunked\r\n", 400),
        ("Transfer-Encoding: xchunked\r\n", 501),
        ("Content-Length: 4\r\nContent-Length: 4\r\n", 400),
        ("Content-Length: 4\r\nContent-Length: 5\r\n", 400),
        ("Content-Length: 4, 4\r\n", 400),
        ("Content-Length: +4\r\n", 400),
        ("Content-Length: 0x4\r\n", 400),
        ("Content-Length: 99999999999999999999999\r\n", 400),
    ],
)
def test_no_second_request_can_be_smuggled_behind_a_body(open_shop, headers, status):
    smuggled = f"GET /metrics HTTP/1.1\r\n{HEAD}\r\n"
    answer = talk(
        open_shop,
        f"POST /api/v1/carts HTTP/1.1\r\n{HEAD}Content-Type: application/json\r\n"
        f"{headers}\r\n0\r\n\r\n{smuggled}".encode("latin-1"),
    )
    assert_problem(answer, status)
    assert b"shopverse_http_requests_total" not in answer


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/pages/..%2f..%2fetc/passwd",
        "/pages/%5c..%5cetc", "/api/v1/products/%00", "/api/v1/products/%c3%28",
        "/api/v1/products/%ed%a0%80", "/api/v1/products/%c2%9a6",
        "/%", "/%4", "/%zz", "/\\windows", "/a#b",
    ],
)
def test_path_tricks_lead_nowhere(open_shop, path):
    assert_problem(talk(open_shop, f"GET {path} HTTP/1.1\r\n{HEAD}\r\n"), 400, 404)


def test_ten_thousand_headers_and_endless_ones_are_refused(open_shop):
    many = "".join(f"X-{i}: 1\r\n" for i in range(10_000))
    assert_problem(talk(open_shop, f"GET /livez HTTP/1.1\r\n{HEAD}{many}\r\n"), 431)
    long = "X: " + "a" * 1_000_000
    assert_problem(talk(open_shop, f"GET /livez HTTP/1.1\r\n{HEAD}{long}\r\n\r\n"), 431)
    path = "/" + "a" * 100_000
    assert_problem(talk(open_shop, f"GET {path} HTTP/1.1\r\n{HEAD}\r\n"), 414)


def test_a_body_of_100_mb_is_refused_and_does_not_fill_memory(open_shop):
    body = b"x" * 100_000_000
    assert_problem(talk(open_shop, post("/api/v1/carts", body)), 413)
    chunks = b"".join(b"186a0\r\n" + b"y" * 100_000 + b"\r\n" for _ in range(1_000))
    head = (
        f"POST /api/v1/carts HTTP/1.1\r\n{HEAD}Content-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    assert_problem(talk(open_shop, head.encode() + chunks + b"0\r\n\r\n"), 413)
    status = (f"/proc/{open_shop.process.pid}/status")
    with open(status, encoding="ascii") as file:
        resident = next(line for line in file if line.startswith("VmRSS"))
    assert int(resident.split()[1]) < 400_000, resident


@pytest.mark.parametrize(
    "body",
    [
        " ", "{", "nul", "[" * 50_000, '{"a":' * 5_000 + "1" + "}" * 5_000, "[]", '"text"', "1e999",
        b'\xef\xbb\xbf{"currency":"GBP"}',
        '{"currency":"GBP","currency":"EUR"}', '{"__proto__":{}}', '{"currency":{}}',
        '{"unknown":1}',
        '{"currency":123456789012345678901234567890}',
    ],
)
def test_broken_json_is_refused(open_shop, body):
    assert_problem(talk(open_shop, post("/api/v1/carts", body)), 400)


def problem_of(answer):
    return json.loads(answer.partition(b"\r\n\r\n")[2])["type"].rsplit(":", 1)[-1]


def test_json_is_refused_for_its_depth_where_it_is_too_deep_and_no_sooner(open_shop):
    for depth, problem in ((60, "invalid-request"), (70, "malformed-json")):
        body = '{"a":' * depth + "1" + "}" * depth
        assert problem_of(talk(open_shop, post("/api/v1/carts", body))) == problem


def test_bodies_of_other_kinds_are_refused(open_shop):
    for kind in ("text/plain", "application/xml", "multipart/form-data; boundary=x", "json"):
        assert_problem(talk(open_shop, post("/api/v1/carts", "{}", content_type=kind)), 415)
    squeezed = post("/api/v1/carts", "{}", headers="Content-Encoding: gzip\r\n")
    assert_problem(talk(open_shop, squeezed), 415)
    lengthless = f"POST /api/v1/carts/x/lines HTTP/1.1\r\n{HEAD}\r\n"
    assert_problem(talk(open_shop, lengthless), 411)


def test_unknown_methods_and_expectations_are_refused(open_shop):
    for method in ("TRACE", "CONNECT", "PROPFIND", "DELETE"):
        answer = talk(open_shop, f"{method} /livez HTTP/1.1\r\n{HEAD}\r\n")
        assert_problem(answer, 405)
        assert b"Allow: GET, HEAD, OPTIONS" in answer
    expects = f"GET /livez HTTP/1.1\r\n{HEAD}Expect: the-unexpected\r\n\r\n"
    assert_problem(talk(open_shop, expects), 417)


def test_wrong_staff_keys_are_refused_and_guessing_is_slowed_down(open_shop):
    path = "/api/v1/admin/sandbox/ledger"
    statuses = [
        open_shop.api().get(path, headers={"Authorization": f"Bearer sk_{i}"}).status
        for i in range(30)
    ]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert set(statuses) == {401, 429}


def test_slow_loris_neither_lasts_nor_blocks_others(open_shop):
    host, port = open_shop.address.rsplit(":", 1)
    lorises = [socket.create_connection((host, int(port))) for _ in range(200)]
    for loris in lorises:
        loris.sendall(f"GET /livez HTTP/1.1\r\n{HEAD}".encode())
    started = time.monotonic()
    open_shop.api().get("/livez").expect(200)
    assert time.monotonic() - started < 5

    def drip():
        while time.monotonic() - started < 30:
            for loris in lorises:
                try:
                    loris.sendall(b"X: y\r\n")
                except OSError:
                    return
            time.sleep(1)  # the attack itself: a line a second

    dripping = threading.Thread(target=drip)
    dripping.start()
    for loris in lorises:
        loris.settimeout(30)
        assert status_of(read_answer_or_end(loris)) == 408
        loris.close()
    dripping.join()
    assert time.monotonic() - started < 30


def read_answer_or_end(connection):
    try:
        return read_answer(connection)
    except ConnectionResetError:
        return b""


def test_a_thousand_connections_at_once_are_served(open_shop):
    host, port = open_shop.address.rsplit(":", 1)
    connections = [socket.create_connection((host, int(port))) for _ in range(1_000)]
    for connection in connections:
        connection.sendall(f"GET /livez HTTP/1.1\r\n{HEAD}\r\n".encode())
    for connection in connections:
        assert status_of(read_answer(connection)) == 200
        connection.close()


def test_random_bytes_break_nothing(open_shop):
    seed = int(os.environ.get("SEED", time.time_ns() % 1_000_000))
    print(f"SEED={seed}")
    import random

    chance = random.Random(seed)
    whole = post("/api/v1/carts/x/lines", '{"sku":"A","quantity":1}', headers="X: y\r\n")
    for _ in range(300):
        text = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            text[chance.randrange(len(text))] = chance.randrange(256)
        cut = bytes(text[: chance.randint(1, len(text))])
        host, port = open_shop.address.rsplit(":", 1)
        with socket.create_connection((host, int(port)), 20) as connection:
            connection.sendall(cut)
            connection.shutdown(socket.SHUT_WR)
            answer = read_answer(connection)
        assert status_of(answer) == 0 or 400 <= status_of(answer) < 500 or (
            status_of(answer) in (501, 505)
        ), (cut, answer[:300])
    wait_until(lambda: open_shop.api().get("/livez").status == 200)


def test_control_without_the_unknown_member_there_is_a_cart_and_the_change_is_noticed(
        settled_shop):
    before = events_in(settled_shop)
    unknown = post("/api/v1/carts", '{"currency":"GBP","unknown":1}')
    assert b'"/unknown"' in talk(settled_shop, unknown)
    check_unchanged(before, events_in(settled_shop))
    assert status_of(talk(settled_shop, post("/api/v1/carts", '{"currency":"GBP"}'))) == 201
    with pytest.raises(AssertionError, match="wrote events"):
        check_unchanged(before, events_in(settled_shop))
