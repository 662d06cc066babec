// Data keys and secrets in Postgres, for a shop of several processes: what one seals any other can
// open, and what one destroys is gone for all of them within a second, or within a minute for one
// that cannot reach the database.
//
// They stand in the schema shop_keys of a database that should hold nothing else (its tables:
// migrations/keys/). Keys are durable when they are handed out, and destroyed durably: both commit
// with synchronous_commit=on.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/kept_text.hpp"
#include "events/entry.hpp"
#include "events/executor.hpp"
#include "events/keys/key_shelf.hpp"
#include "events/keys/secrets.hpp"

namespace shop::api {

class KeysConnection;

class PostgresShelf final : public KeyShelf {
  public:
    // Brings the schema up to what this program needs. kCorrupt "no-keys" if there are none, and
    // that is to be refused: the shop has a log. Errors of Database::connect and migrate().
    static Result<std::unique_ptr<PostgresShelf>> open(const std::string& conninfo,
                                                       const Clock& clock,
                                                       IfMissing if_missing = IfMissing::kMake);
    ~PostgresShelf() override;

    Result<std::vector<KeyRecord>> append(std::size_t count, KeyUse use) override;
    // Event loops call it, so a server that says nothing for two seconds is given up, and not asked
    // again until news() has connected to it. kUnavailable "keys-away".
    Result<std::optional<KeyRecord>> read(const KeyName& name) const override;
    // Durable when it returns, so it takes as long as the disk of the server.
    Status destroy(const KeyName& name) override;
    Result<std::vector<KeyName>> destroy(std::span<const KeyName> names) override;
    Status sync() override { return {}; }
    bool is_quick() const override { return false; }
    // Of other processes that gave no sign of life for an hour, by this one's clock: so none at its
    // first call.
    Result<std::vector<KeyRecord>> old_tokens() override;
    // Gives a sign of life once a minute.
    KeyNews news() override;

    // That of this name, the same for every process; whoever asks first makes it.
    Result<std::string> secret(std::string_view name);

    Result<Secrets> secrets();
    // What the log of the shop is named: as it was when its keys were brought here (move_keys.hpp),
    // or as its processes name a new one.
    Result<LogId> log_name();

    // Lines of the list of erased customers (shared_erasures.hpp), and the number of the last one.
    struct Erased {
        std::vector<std::string> lines;
        std::int64_t last = 0;
    };
    Result<Erased> erasures_after(std::int64_t number);
    // Those that are not there yet. Durable when it returns.
    Status add_erasures(const std::vector<std::string>& lines);

    // A text that all processes share; the shelf outlives it.
    std::unique_ptr<KeptText> text(std::string name);

  private:
    class Text;
    PostgresShelf(const std::string& conninfo, const Clock& clock, std::string life);
    bool give_sign();
    Result<std::vector<std::string>> dead_makers();

    struct Watched {
        std::string sign;  // the last one
        Duration since;    // when it was seen first (steady clock)
    };

    const Clock& clock_;
    const std::string life_;                         // key_maker.id
    const std::unique_ptr<KeysConnection> readers_;  // shared by all threads
    const std::unique_ptr<KeysConnection> own_;      // of the thread that makes keys and hears news
    Duration heard_at_;                              // nothing was missed until then (steady clock)
    std::optional<Duration> signed_at_;
    std::map<std::string, Watched> makers_;  // others, with keys of tokens that are there
};

}  // namespace shop::api
