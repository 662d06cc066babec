// JSON Schemas of described types (JSON Schema 2020-12, as OpenAPI 3.1 uses it), made from the same
// description that encodes and decodes them. schema_of<T>() and body_schema_of<T>() are in
// schema_of.hpp, which only endpoint sources include.
#pragma once

#include <map>
#include <string>

namespace shop::http {

struct Schema {
    std::string name = {};  // "Cart": its place under components/schemas
    std::string json = {};  // of the type itself: a $ref to `name`, or a plain schema
    std::map<std::string, std::string> components = {};  // every schema it needs, itself too
};

// Of an answer that is one or the other.
Schema one_of(const Schema& a, const Schema& b);

}  // namespace shop::http
