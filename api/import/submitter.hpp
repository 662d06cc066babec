// The commands of an import: each under an id of its own, and again while the shop is busy.
//
// One thread: the executor's. It outlives its last submit().
#pragma once

#include <map>
#include <string>
#include <vector>

#include "events/engine.hpp"
#include "events/executor.hpp"
#include "events/task.hpp"

namespace shop::import {

class Submitter {
  public:
    // Command ids are derived from the submission's id and the command's name. Actor, correlation
    // and trace are the submission's.
    Submitter(Engine& engine, Executor& home, Submission base)
        : engine_(engine), home_(home), base_(std::move(base)) {}

    // Errors: those of Engine::submit(), once there is no hope that it will do better.
    Task<Result<Receipt>> submit(AnyCommand command, std::string name);

    // What the command would do, without recording it. Errors: those of submit().
    Task<Result<Trial>> try_out(AnyCommand command);

    Task<Result<Snapshot>> read(StreamId id) { return engine_.read(home_, id); }
    // The stream once it is as `holds` says. kUnavailable "still-under-way" after `patience`.
    Task<Result<Snapshot>> wait_until(StreamId id, bool (*holds)(const AnyState&),
                                      Duration patience);
    Time now() const { return engine_.now(); }

    // The last record of each partition that the import wrote.
    std::vector<Position> positions() const;

  private:
    // Waits, if the next try may do better.
    Task<bool> may_try_again(Error error, int tries);
    Task<bool> pause(Duration delay);
    void remember(const Receipt& receipt);

    Engine& engine_;
    Executor& home_;
    const Submission base_;
    std::map<Partition, Offset> positions_;
};

}  // namespace shop::import
