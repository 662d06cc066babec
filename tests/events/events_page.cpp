#include "tests/events/events_page.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <sstream>
#include <typeinfo>
#include <vector>

#include "events/stored_types.hpp"

namespace shop::tests {
namespace {

constexpr std::size_t kColumns = 100;

constexpr std::string_view kHead = R"(# Events

Every event that can be in the log, with its newest version and the fields of its `data`. What they
mean is told in [domain.md](domain.md). `./test "[golden]"` writes this page from the structs that
are stored: do not edit it.

A field at its default is left out of the log: as a rule nothing, 0, an empty text or list, or the
first of its words. Times are RFC 3339 in UTC. What is personal or secret is *Sealed*.
)";

// Names and fields, in the order in which they are told.
class Page {
  public:
    // "shop::sale::Line" → "sale::Line", with its fields among the values.
    template <Described T>
    std::string value() {
        const std::string name = name_of(typeid(T));
        if (values_.try_emplace(name).second) values_[name] = fields<T>();
        return "*" + name + "*";
    }
    template <class T>
    std::string fields();
    std::string text() const;
    void add_event(std::string_view type, int schema, const std::string& fields);

  private:
    static std::string name_of(const std::type_info& type);

    std::map<std::string, std::string> values_;
    std::map<std::string, std::vector<std::string>> events_;  // by kind of stream
};

template <class T>
struct Words;  // of a type that holds others

template <class T>
inline constexpr bool kIsId = false;
template <IdPrefix P>
inline constexpr bool kIsId<Id<P>> = true;

template <class T>
std::string words_of(Page& page) {
    if constexpr (std::is_same_v<T, bool>) {
        return "true or false";
    } else if constexpr (std::is_same_v<T, std::string>) {
        return "text";
    } else if constexpr (std::is_same_v<T, Time>) {
        return "time";
    } else if constexpr (std::is_same_v<T, Duration>) {
        return "microseconds";
    } else if constexpr (std::is_same_v<T, Currency>) {
        return "currency code";
    } else if constexpr (std::is_same_v<T, StreamId>) {
        return "id";
    } else if constexpr (kIsId<T>) {
        return "`" + std::string(T::kPrefix.view()) + "_` id";
    } else if constexpr (std::is_integral_v<T>) {
        return "integer";
    } else if constexpr (DescribedEnum<T>) {
        std::string names;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto e) {
            names += (names.empty() ? "`" : ", `") + std::string(enum_name<T>(e.value)) + "`";
        });
        return "one of " + names;
    } else if constexpr (Described<T>) {
        return page.value<T>();
    } else {
        return Words<T>::of(page);
    }
}

template <class T>
struct Words<std::optional<T>> {
    static std::string of(Page& page) { return words_of<T>(page) + ", or nothing"; }
};
template <class T>
struct Words<std::vector<T>> {
    static std::string of(Page& page) { return "list of " + words_of<T>(page); }
};
template <class K, class T>
struct Words<std::map<K, T>> {
    static std::string of(Page& page) { return words_of<T>(page) + " by " + words_of<K>(page); }
};

template <class T>
std::string Page::fields() {
    std::string text;
    boost::mp11::mp_for_each<describe_detail::Members<T>>([&](auto member) {
        using Field = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
        text += (text.empty() ? "**" : "; **") + std::string(member.name) + "** ";
        text += words_of<Field>(*this);
    });
    return text.empty() ? "no fields" : text;
}

std::string Page::name_of(const std::type_info& type) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> text(
        abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
    const std::string name = text.get();
    return name.substr(name.find("::") + 2);
}

void Page::add_event(std::string_view type, int schema, const std::string& fields) {
    const std::string kind(type.substr(0, type.find('.')));
    events_[kind].push_back("`" + std::string(type) + "` " + std::to_string(schema) + ": " +
                            fields);
}

// A point of a list, broken between words.
std::string point(const std::string& text) {
    std::string out = "-";
    std::size_t column = out.size();
    std::istringstream words(text);
    for (std::string word; words >> word; column += word.size() + 1) {
        const bool is_full = column + 1 + word.size() > kColumns;
        if (is_full) column = 1;
        out += (is_full ? "\n  " : " ") + word;
    }
    return out + "\n";
}

std::string Page::text() const {
    std::string text(kHead);
    for (const auto& [kind, events] : events_) {
        text += "\n## " + kind + "\n\n";
        for (const std::string& event : events) text += point(event);
    }
    text += "\n## Values\n\n";
    for (const auto& [name, fields] : values_) text += point("*" + name + "*: " + fields);
    return text;
}

}  // namespace

std::string events_page() {
    Page page;
    for (const auto& type : NamedTypes<AnyEvent>::types())
        type.make().visit(
            [&]<class E>(const E&) { page.add_event(type.name, type.schema, page.fields<E>()); });
    return page.text();
}

}  // namespace shop::tests
