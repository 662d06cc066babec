// JSON Schemas of described types (JSON Schema 2020-12, as OpenAPI 3.1 uses it), made from the same
// description that encodes and decodes them.
#pragma once

#include <map>
#include <string>

namespace shop::http {

struct Schema {
    std::string name;                               // "Cart": its place under components/schemas
    std::string json;                               // of the type itself, with $ref to others
    std::map<std::string, std::string> components;  // every schema it needs, by name, itself too
};

// schema_of<T>() lives in schema_of.hpp, which only endpoint sources include.

}  // namespace shop::http
