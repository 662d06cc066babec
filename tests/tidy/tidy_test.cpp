// The tree keeps its own rules, and the rules find what they are meant to find.
#include <catch2/catch.hpp>

#include "tests/support/source_folder.hpp"
#include "tests/tidy/rules.hpp"

namespace shop::tidy {
namespace {

bool finds(const SourceFile& file, std::string_view what) {
    for (const std::string& finding : check(file))
        if (finding.find(what) != std::string::npos) return true;
    return false;
}

std::string repeated(int times, std::string_view line) {
    std::string text;
    for (int i = 0; i < times; ++i) text += line;
    return text;
}

TEST_CASE("every source file keeps the rules of layers, headers and sizes") {
    const std::vector<SourceFile> files = source_tree(tests::source_folder());
    REQUIRE(files.size() > 40);
    for (const SourceFile& file : files)
        for (const std::string& finding : check(file)) FAIL_CHECK(finding);
}

TEST_CASE("a lower layer that looks up is found") {
    CHECK(finds({"core/a.cpp", "#include \"events/log.hpp\"\n"}, "core/a.cpp:1: core may not"));
    CHECK(finds({"events/a.hpp", "\n#include \"api/http/server.hpp\"\n"}, "events/a.hpp:2:"));
    CHECK(finds({"projections/a.cpp", "#include \"tests/support/world.hpp\"\n"}, "may not"));
    CHECK(check({"api/a.cpp", "#include \"core/base/ids.hpp\"\n"}).empty());
}

TEST_CASE("a heavy header outside an adapter's source is found") {
    const char* const rocksdb = "#include <rocksdb/db.h>\n";
    CHECK(finds({"api/endpoints/carts.cpp", "#include <boost/beast/http.hpp>\n"}, "heavy header"));
    CHECK(finds({"events/shard.cpp", rocksdb}, "heavy header"));
    CHECK(finds({"events/rocksdb/log.hpp", rocksdb}, "heavy header"));
    CHECK(finds({"tests/events/shard_test.cpp", rocksdb}, "heavy header"));
    CHECK(check({"events/rocksdb/log.cpp", rocksdb}).empty());
}

TEST_CASE("a clock or a file in core is found, a word in a comment is not") {
    CHECK(finds({"core/a.cpp", "auto t = std::chrono::system_clock::now();\n"}, "core does not"));
    CHECK(finds({"core/a.cpp", "#include <fstream>\n"}, "core knows no"));
    CHECK(check({"core/a.cpp", "// never system_clock::now\n"}).empty());
    CHECK(check({"core/a.cpp", "auto s = \"steady_clock::now\";\n"}).empty());
}

TEST_CASE("a file, a line or a function that is too long is found") {
    const std::string wide(kColumnsMax, 'x');
    CHECK(check({"core/a.cpp", wide + "\n"}).empty());
    CHECK(finds({"core/a.cpp", wide + "x\n"}, "core/a.cpp:1: 101 columns"));
    CHECK(check({"core/a.cpp", repeated(kColumnsMax, "ä") + "\n"}).empty());
    CHECK(check({"core/a.cpp", repeated(kFileLinesMax, ";\n")}).empty());
    CHECK(finds({"core/a.cpp", repeated(kFileLinesMax + 1, ";\n")}, "401 lines"));
}

TEST_CASE("a long function is found whatever stands around it") {
    const auto body = [](int lines) { return " {\n" + repeated(lines - 2, "    x();\n") + "}\n"; };
    const std::string too_long = body(kFunctionLinesMax + 1);
    for (const char* head : {
             "void f()",
             "namespace a {\nvoid f(int i)",
             "template <class T>\nauto Thing<T>::f(T t) const -> int",
             "Thing::Thing(int a) : a_{a}, b_{std::move(a)}",
             "Thing::Thing(int a)\n    : a_(a) ",
             "TEST_CASE(\"a } in a string {\")",
             "struct S {\n    int a = f({1, 2});\n    void f()",
             "/* { */ void f()",
         }) {
        INFO(head);
        CHECK(finds({"core/a.cpp", head + too_long}, "a function of"));
        CHECK(check({"core/a.cpp", head + body(kFunctionLinesMax - 4)}).empty());
    }
    CHECK(check({"core/a.cpp", "void f()" + body(kFunctionLinesMax)}).empty());
    CHECK(check({"core/a.cpp", "struct S" + too_long}).empty());
    CHECK(check({"core/a.cpp", "const Table kTable =" + too_long}).empty());
    CHECK(finds({"tests/a.py", "def f():\n" + repeated(kFunctionLinesMax, "    x()\n")},
                "tests/a.py:1: a function of 71 lines"));
    CHECK(finds({"deploy/a.sh", "f() {\n" + repeated(kFunctionLinesMax, "  x\n") + "}\n"},
                "a function of 72 lines"));
}

}  // namespace
}  // namespace shop::tidy
