// Finds functions without a compiler: good enough for code that clang-format has laid out.
#include <algorithm>
#include <array>
#include <optional>

#include "tests/tidy/source.hpp"

namespace shop::tidy {
namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \n") - first + 1);
}

bool has_word(std::string_view text, std::string_view word) {
    for (std::size_t at = text.find(word); at != std::string_view::npos;
         at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end])))
            return true;
    }
    return false;
}

// The parts of a declaration that stand in no parentheses and in no template parameter list.
std::string outside_parentheses(std::string_view head) {
    std::string outside;
    int depth = 0;
    bool in_template = false;
    for (const char c : head) {
        if (c == '<' && depth == 0 && outside.ends_with("template ")) in_template = true;
        const bool opens = c == '(' || (in_template && c == '<');
        const bool closes = c == ')' || (in_template && c == '>');
        if (opens) ++depth;
        if (depth == 0) outside += c;
        if (closes && --depth == 0) in_template = false;
    }
    return outside;
}

// "Thing(int a) : a_" before the brace of a_{a}: a member's initializer, not yet the body.
bool is_member_initializer(const std::string& outside, std::string_view head) {
    const std::size_t colon = outside.find(" : ");
    if (colon == std::string::npos || head.empty() || !is_word(head.back())) return false;
    return outside.find('?') == std::string::npos;
}

bool opens_function(const std::string& outside, std::string_view head) {
    static constexpr std::array<std::string_view, 5> kTypes = {"namespace", "class", "struct",
                                                               "union", "enum"};
    if (head.find(')') == std::string_view::npos || outside.ends_with("= ")) return false;
    return std::none_of(kTypes.begin(), kTypes.end(),
                        [&](std::string_view word) { return has_word(outside, word); });
}

// Walks over blanked C++ and keeps the open braces.
class Walker {
  public:
    explicit Walker(std::string_view code) : code_(code) {}

    std::vector<Function> walk() {
        for (at_ = 0; at_ < code_.size(); ++at_) step(code_[at_]);
        return std::move(functions_);
    }

  private:
    struct Open {
        bool keeps_head = false;        // an initializer inside a declaration
        std::optional<int> first_line;  // of the function whose body this is
        int parentheses = 0;            // open outside the brace
        std::size_t head = 0;           // where the declaration in front began
    };

    void step(char c) {
        if (c == '\n') ++line_;
        if (c == '(') ++parentheses_;
        if (c == ')') --parentheses_;
        if (c == '{') open();
        if (c == '}') close();
        if (c == ';' && parentheses_ == 0) head_ = at_ + 1;
    }

    void open() {
        const std::string_view head = code_.substr(head_, at_ - head_);
        const std::string outside = outside_parentheses(head);
        Open brace{false, std::nullopt, std::exchange(parentheses_, 0), head_};
        if (!in_function_) {
            brace.keeps_head = is_member_initializer(outside, trimmed(head));
            if (!brace.keeps_head && opens_function(outside, head)) {
                brace.first_line = line_ - lines_of_declaration(head);
                in_function_ = true;
            }
        }
        if (!brace.keeps_head) head_ = at_ + 1;
        open_.push_back(brace);
    }

    void close() {
        if (open_.empty()) return;
        const Open brace = open_.back();
        open_.pop_back();
        parentheses_ = brace.parentheses;
        if (brace.first_line) {
            functions_.push_back({*brace.first_line, line_ - *brace.first_line + 1});
            in_function_ = false;
        }
        head_ = brace.keeps_head ? brace.head : at_ + 1;
    }

    // Line breaks between the declaration's first line and its brace. What stands before an empty
    // line (a macro without semicolon, a blanked comment) is no part of it.
    static int lines_of_declaration(std::string_view head) {
        head.remove_prefix(head.find_first_not_of(" \n"));
        int breaks = 0;
        bool empty = false;
        for (const char c : head) {
            if (c == '\n') {
                breaks = empty ? 0 : breaks + 1;
                empty = true;
            } else if (c != ' ') {
                empty = false;
            }
        }
        return breaks;
    }

    std::string_view code_;
    std::size_t at_ = 0;
    std::size_t head_ = 0;
    int line_ = 1;
    int parentheses_ = 0;
    bool in_function_ = false;
    std::vector<Open> open_;
    std::vector<Function> functions_;
};

std::vector<Function> python_functions(std::string_view text) {
    std::vector<Function> functions;
    const std::vector<std::string_view> lines = lines_of(text);
    const auto indent = [](std::string_view line) { return line.find_first_not_of(' '); };
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!trimmed(lines[i]).starts_with("def ")) continue;
        std::size_t last = i;
        for (std::size_t j = i + 1; j < lines.size(); ++j) {
            if (indent(lines[j]) == std::string_view::npos) continue;
            if (indent(lines[j]) <= indent(lines[i]) && !lines[j].starts_with(")")) break;
            last = j;
        }
        functions.push_back({static_cast<int>(i) + 1, static_cast<int>(last - i) + 1});
    }
    return functions;
}

std::vector<Function> shell_functions(std::string_view text) {
    std::vector<Function> functions;
    const std::vector<std::string_view> lines = lines_of(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!lines[i].ends_with("() {")) continue;
        std::size_t end = i;
        while (end + 1 < lines.size() && lines[end] != "}") ++end;
        functions.push_back({static_cast<int>(i) + 1, static_cast<int>(end - i) + 1});
    }
    return functions;
}

}  // namespace

std::vector<Function> functions_of(const SourceFile& file) {
    if (file.path.ends_with(".cpp") || file.path.ends_with(".hpp")) {
        const std::string code = code_only(file.text);
        return Walker(code).walk();
    }
    if (file.path.ends_with(".py")) return python_functions(file.text);
    if (file.path.ends_with(".sh") || file.text.starts_with("#!/usr/bin/env bash"))
        return shell_functions(file.text);
    return {};
}

}  // namespace shop::tidy
