// Where the sources are that these tests were built from: documents, demo data, golden files.
#pragma once

#include <filesystem>

namespace shop::tests {

std::filesystem::path source_folder();

}  // namespace shop::tests
