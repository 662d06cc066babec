#include "events/snapshots/snapshot_manifest.hpp"

#include "core/base/digest.hpp"
#include "core/json/decode.hpp"
#include "core/json/encode.hpp"
#include "events/state_codec.hpp"

namespace shop {
namespace {

constexpr std::size_t kSealChars = 64;

std::string seal_of(std::string_view json, const SnapshotKey& key, std::string_view secret) {
    return to_hex(hmac_sha256(secret, {"snapshot", key.to_string(), json}));
}

std::unexpected<Error> bad(std::string_view why) {
    return fail(ErrorCode::kCorrupt, "bad-snapshot", "its manifest " + std::string(why));
}

}  // namespace

SnapshotKey key_of(Partition partition, const Checkpoint& checkpoint) {
    return {partition, checkpoint.offset, checkpoint.term.number};
}

std::string seal_manifest(const SnapshotManifest& manifest, const SnapshotKey& key,
                          std::string_view secret) {
    const std::string json = json::to_json(manifest, json::Defaults::kOmit);
    return seal_of(json, key, secret) + " " + json;
}

Result<SnapshotManifest> open_manifest(std::string_view sealed, const SnapshotKey& key,
                                       std::string_view secret) {
    if (sealed.size() <= kSealChars) return bad("is cut short");
    const std::string_view json = sealed.substr(kSealChars + 1);
    if (!equal_secrets(sealed.substr(0, kSealChars), seal_of(json, key, secret)))
        return bad("was not sealed by this shop");
    const auto manifest = json::from_json<SnapshotManifest>(json, json::Missing::kIsDefault);
    if (!manifest) return bad("cannot be read: another program wrote it");
    if (manifest->version != kSnapshotVersion || manifest->format != state_format())
        return fail(ErrorCode::kConflict, "other-format",
                    "its states are those of another version of the program");
    const auto partition = Partition::parse(manifest->partition);
    if (!partition || key_of(*partition, manifest->checkpoint) != key)
        return bad("is of another snapshot");
    return *manifest;
}

}  // namespace shop
