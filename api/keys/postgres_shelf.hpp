// Data keys and secrets in Postgres, for a shop of several processes: what one seals any other can
// open, and what one destroys is gone for all of them within a second, or within a minute for one
// that cannot reach the database.
//
// They stand in the schema shop_keys of a database that should hold nothing else (its tables:
// migrations/keys/). Keys are durable when they are handed out, and destroyed durably: both commit
// with synchronous_commit=on.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kept_text.hpp"
#include "events/entry.hpp"
#include "events/executor.hpp"
#include "events/keys/key_shelf.hpp"
#include "events/keys/secrets.hpp"

namespace shop::api {

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
    Status sync() override { return {}; }
    bool is_quick() const override { return false; }
    // None: which tokens nobody needs any more is not known to one process of several.
    Result<std::vector<KeyRecord>> old_tokens() const override { return {}; }
    KeyNews news() override;

    // That of this name, the same for every process; whoever asks first makes it.
    Result<std::string> secret(std::string_view name);

    Result<Secrets> secrets();
    // What the log of the shop is named: as it was when its keys were brought here (move_keys.hpp),
    // or as its processes name a new one.
    Result<LogId> log_name();

    // A text that all processes share; the shelf outlives it.
    std::unique_ptr<KeptText> text(std::string name);

  private:
    class Connection;
    class Text;
    PostgresShelf(const std::string& conninfo, const Clock& clock, std::string life);

    const Clock& clock_;
    const std::string life_;                     // key_maker.id
    const std::unique_ptr<Connection> readers_;  // shared by all threads
    const std::unique_ptr<Connection> own_;      // of the thread that makes keys and hears news
    Duration heard_at_;                          // nothing was missed until then (steady clock)
};

}  // namespace shop::api
