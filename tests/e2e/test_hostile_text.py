"""Text that no database holds, wherever shoppers or staff may write what they like: each is refused
by a problem document that says what is wrong, and nothing happens. The same place takes any other
text."""

import json

import pytest

from shopper import ADDRESS
from test_hostile_numbers import (
    ADMIN, ORDER, Places, assert_named, import_file, pointer_to, problem_of,
)
from test_views import show_all
from unchanged import check_unchanged, events_in, wait_settled

HERE = "the text stands here"
PRODUCT = f"{ADMIN}/products/{{product}}"
CONTACT = {"name": "Ada", "email": "ada@example.com"}

# What may stand there, and what that says.
GOOD = r'"Zo\u00eb ë \ud83d\ude00 \\ud800 \\\u0041"'.encode()
MEANT = "Zoë ë \U0001f600 \\ud800 \\A"
# JSON, of which the field says that it takes no such text.
NOT_CLEAN = [rb'"a\u0000b"', rb'"\u0000"', rb'"\u001b[2J"', rb'"\u0085"', rb'"\u007f"']
# Not JSON at all.
NO_JSON = [
    b'"a\x00b"', b'"\x1b"',
    b'"\xff\xfe"', b'"\xc3"', b'"\xc0\xaf"', b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"',
    rb'"\ud800"', rb'"a\udc00"', rb'"\ud800b"', rb'"\ud800\u0041"', rb'"\ud800\ud800"',
    rb'"\ude00\ud83d"', rb'"\ud83d\ude00\ude00"',
]


# Who writes: the call, the body.
PLACES = [
    ("PUT /api/v1/carts/{cart}/contact", {**CONTACT, "name": HERE}),
    ("PUT /api/v1/carts/{cart}/shipping-address", {**ADDRESS, "city": HERE}),
    ("PUT /api/v1/carts/{cart}/shipping-address", {**ADDRESS, "lines": [HERE]}),
    (f"POST {ADMIN}/categories", {"slug": "toys", "title": HERE}),
    (f"PATCH {PRODUCT}", {"title": HERE}),
    (f"PATCH {PRODUCT}", {"description": HERE}),
    (f"PATCH {PRODUCT}", {"attributes": {"Color": HERE}}),
    (f"PATCH {PRODUCT}", {"attributes": {HERE: "Red"}}),
    (f"POST {ADMIN}/customers", {"contact": {**CONTACT, "name": HERE}}),
    (f"POST {ADMIN}/orders",
     {"lines": [{"sku": "MUG", "quantity": 1}], "contact": {**CONTACT, "name": HERE}}),
    (f"POST {ORDER}/notes", {"text": HERE}),
]


@pytest.fixture(scope="module")
def places(shared_shop):
    wait_settled(shared_shop)
    made = Places(shared_shop)
    events_in(shared_shop)
    return made


def with_text(body, text):
    return json.dumps(body).encode().replace(json.dumps(HERE).encode(), text)


def place_of(body):
    """Its pointer; the name of an attribute stands where they all do."""
    return next(pointer_to(HERE, body), "/attributes")


@pytest.mark.parametrize("call, body", PLACES)
def test_text_that_no_database_holds_is_refused_and_any_other_is_taken(places, call, body):
    method, path = places.named(call).split()

    def send(text):
        return places.shop.staff().request(method, path, with_text(body, text), places.token)

    before = events_in(places.shop)
    for text in NOT_CLEAN:
        assert_named(send(text), place_of(body), text)
    for text in NO_JSON:
        answer = send(text).expect(400)
        assert problem_of(answer) == "malformed-json", (text, answer)
    check_unchanged(before, events_in(places.shop))
    answer = send(GOOD).expect(200, 201)
    if path.endswith("/notes"):  # which an order counts only
        show_all(places.shop)
        answer = places.shop.staff().get(path).expect(200)
    assert json.dumps(MEANT) in json.dumps(answer.json), answer


def test_a_record_of_a_history_with_such_text_is_refused(places):
    record = {"type": "customer", "id": "1", "name": HERE, "email": "ada@example.org"}
    before = events_in(places.shop)
    texts = [b'"a\\u0000b"', *NO_JSON]
    wrong, right = (b"".join(with_text(record, text) + b"\n" for text in each)
                    for each in (texts, [GOOD]))
    for file, refused in ((wrong, len(texts)), (right, 0)):
        report = import_file(places, "history", refused == 0, file, "application/x-ndjson")
        assert report["refused"] == refused, report
    check_unchanged(before, events_in(places.shop))
