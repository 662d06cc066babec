#include "events/command_codec.hpp"

#include "events/sent_json.hpp"
#include "events/stored_types.hpp"

namespace shop {

template class NamedTypes<AnyCommand>;

namespace {

using Commands = NamedTypes<AnyCommand>;

constexpr std::size_t kNameCharsShown = 64;

std::unexpected<Error> unreadable(const std::string& why) {
    return fail(ErrorCode::kInvalid, "unreadable-command",
                "The command cannot be read by this program: " + why + ".");
}

}  // namespace

std::unexpected<Error> command_too_large() {
    return fail(ErrorCode::kInvalid, "command-too-large",
                "This change is too large; make it in parts.");
}

Status append_command(std::string& out, const AnyCommand& command) {
    if (append_within(kCommandBytesMax, out, command)) return {};
    return command_too_large();
}

Result<AnyCommand> read_command(std::string_view bytes) {
    auto command = read_within<AnyCommand>(kCommandBytesMax, bytes);
    if (!command) return unreadable(command.error());
    return std::move(*command);
}

}  // namespace shop

namespace shop::json {

void encode(Writer& writer, const AnyCommand& command, Defaults) {
    writer.begin_object();
    writer.key("type");
    writer.string(Commands::name_of(command));
    writer.key("data");
    Commands::encode(writer, command);
    writer.end_object();
}

void decode(const Value& value, AnyCommand& out, Decoding& decoding) {
    if (!value.is_object()) return decoding.wrong_type("an object", value);
    const auto name = value.find("type");
    const auto data = value.find("data");
    if (value.size() != 2 || !name || !data || name->type() != Type::kString)
        return decoding.wrong("must have a \"type\", its \"data\", and nothing else");
    const Commands::Type* type = Commands::find(name->string());
    if (type == nullptr) {
        const Decoding::Step step(decoding, "type");
        const bool is_short = name->string().size() <= kNameCharsShown;
        return decoding.wrong("is no command that it knows" +
                              (is_short ? ": " + std::string(name->string()) : std::string()));
    }
    const Decoding::Step step(decoding, "data");
    type->decode(*data, out, decoding);
    if (decoding.ok() && target_of(out).is_empty()) decoding.wrong("names no stream");
}

}  // namespace shop::json
