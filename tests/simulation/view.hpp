// A view in a simulated world: the state of every stream, read from the log as projections read it,
// and saved with its checkpoints in one go. It dies at any moment, and goes on from what it saved.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "core/any_state.hpp"
#include "events/log_reader.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/simulation/shared_log.hpp"

namespace shop::simulation {

class View {
  public:
    struct Row {
        std::uint64_t version = 0;
        AnyState state;
    };
    struct Saved {
        std::map<Partition, Checkpoint> checkpoints;
        std::map<StreamId, Row> rows;
    };

    // With `saves_apart`, a negative control, checkpoints are saved before the rows are.
    View(SharedLog& log, Dice& dice, bool saves_apart);

    // Reads on, or saves; false if there is nothing to do. Errors are the log's.
    Result<bool> step();
    void crash();
    // It has read and saved all there is.
    bool is_current() const;
    const Saved& saved() const { return saved_; }

  private:
    void save();
    Result<bool> read(LogReader& reader);

    const std::unique_ptr<LogEnd> log_;
    Dice& dice_;
    const bool saves_apart_;
    Saved saved_;
    std::map<StreamId, Row> rows_;  // what saved_.rows will be
    std::vector<LogReader> readers_;
    bool has_unsaved_ = false;
};

}  // namespace shop::simulation
