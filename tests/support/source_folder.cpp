#include "tests/support/source_folder.hpp"

namespace shop::tests {

std::filesystem::path source_folder() {
    return SHOP_SOURCE_DIR;
}

}  // namespace shop::tests
