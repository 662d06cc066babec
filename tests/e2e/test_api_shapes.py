"""Members of the API are added, never renamed, never taken away: whoever reads them today can do so
for ever. tests/golden/api_shapes.txt tells what there was; SHOPVERSE_WRITE_SHAPES=1 adds to it what
is new."""

import os

from programs import ROOT

GOLDEN = ROOT / "tests" / "golden" / "api_shapes.txt"


def shapes_in(schema, place):
    """Every member of a schema with its type, each on a line."""
    if "$ref" in schema:
        yield f"{place}: {schema['$ref'].rpartition('/')[2]}"
    for kind in ("allOf", "oneOf", "anyOf"):
        for part in schema.get(kind, []):
            yield from shapes_in(part, place)
    if "type" in schema:
        yield f"{place}: {schema['type']}"
    for value in schema.get("enum", []):
        yield f"{place} may be {value}"
    if "items" in schema:
        yield from shapes_in(schema["items"], place + "[]")
    for name, member in schema.get("properties", {}).items():
        yield from shapes_in(member, f"{place}.{name}")
    if isinstance(schema.get("additionalProperties"), dict):
        yield from shapes_in(schema["additionalProperties"], place + ".*")


def content_of(message, place):
    for kind, content in message.get("content", {}).items():
        yield from shapes_in(content.get("schema", {}), f"{place} {kind}")


def shapes_of(document):
    for name, schema in document["components"]["schemas"].items():
        yield from shapes_in(schema, name)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            place = f"{method.upper()} {path}"
            yield place
            for parameter in operation.get("parameters", []):
                yield f"{place} takes {parameter['in']} {parameter['name']}"
            yield from content_of(operation.get("requestBody", {}), f"{place} takes")
            for status, answer in operation["responses"].items():
                yield f"{place} {status}"
                yield from content_of(answer, f"{place} {status}")


def missing(golden, shapes):
    return sorted(set(golden) - set(shapes))


def test_no_member_of_the_api_is_renamed_or_taken_away(shared_shop):
    shapes = set(shapes_of(shared_shop.api().get("/openapi.json").expect(200).json))
    golden = GOLDEN.read_text().splitlines() if GOLDEN.exists() else []
    if os.environ.get("SHOPVERSE_WRITE_SHAPES"):
        GOLDEN.write_text("".join(f"{line}\n" for line in sorted(shapes | set(golden))))
    assert len(golden) > 1_000
    assert missing(golden, shapes) == [], "add members, never rename or remove them"


def test_control_a_renamed_member_is_found(shared_shop):
    document = shared_shop.api().get("/openapi.json").expect(200).json
    before = list(shapes_of(document))
    members = document["components"]["schemas"]["Stock"]["properties"]
    members["in_hand"] = members.pop("on_hand")
    assert missing(before, shapes_of(document)) == ["Stock.on_hand: integer"]
