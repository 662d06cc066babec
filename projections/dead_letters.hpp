// The records of one version that could not be applied, and those that wait behind them: as soon
// as a record fails, its streams are parked, and each later record that touches a parked stream
// waits too, with all of its own streams. One thread: the runner's.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/result.hpp"
#include "events/log.hpp"

namespace shop::postgres {
class Database;
}

namespace shop::projections {

struct DeadLetter {
    Position position;
    std::optional<Position> behind;  // the one it waits behind; none: it failed itself
    std::string error;
    std::vector<StreamId> streams;
    std::string record;
};

// The streams an entry's bytes name as those of its events, whether or not it can be decoded.
std::vector<StreamId> streams_in(std::string_view entry);

class DeadLetters {
  public:
    // Beyond so many, a view stops: something is wrong that parking does not mend.
    static constexpr std::size_t kMax = 100;

    // What the database holds for the version.
    static Result<DeadLetters> load(postgres::Database& database, std::string_view view,
                                    int version);

    bool is_empty() const { return positions_.empty(); }
    const std::set<Position>& positions() const { return positions_; }

    // The dead letter that a record has to wait behind, if it touches a parked stream.
    std::optional<Position> find_parked(std::string_view entry) const;

    // Parks the letter's streams. Not in the database yet.
    void add(const DeadLetter& letter);

    // How many the database holds for the version.
    static Result<std::size_t> count(postgres::Database& database, std::string_view view,
                                     int version);

    // Writes the letters inside the caller's transaction.
    static Status save(postgres::Database& database, std::string_view view, int version,
                       const std::vector<DeadLetter>& letters);

  private:
    void park(const Position& position, const std::vector<StreamId>& streams);

    std::set<Position> positions_;
    std::unordered_map<StreamId, Position> parked_;
};

}  // namespace shop::projections
