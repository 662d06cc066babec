#include "api/view_metrics.hpp"

#include <algorithm>

#include "projections/projectors.hpp"

namespace shop::api {
namespace {

using projections::Projector;

void tell_view(Metrics& metrics, Projector& projector, std::string_view view) {
    const auto gauge = [&](std::string_view name, std::string_view help, auto read) {
        metrics.ask(name, help, {{"view", std::string(view)}},
                    [read, &projector] { return static_cast<double>(read(projector)); });
    };
    gauge("shopverse_view_lag_seconds", "How long something durable is not in the view.",
          [](Projector& p) { return static_cast<double>(p.progress().age().us) / 1e6; });
    gauge("shopverse_view_dead_letters", "Records put aside, of all versions: an alarm.",
          [](Projector& p) { return p.dead_letters(); });
    gauge("shopverse_view_stopped_versions", "Versions that go on no further: an alarm.",
          [](Projector& p) { return p.stopped_versions(); });
}

// What this process does for it, by partition.
void tell_share(Metrics& metrics, Projector& projector, std::string_view view,
                const LogEnds& log_ends, Partition partition) {
    const Metrics::Labels labels{{"view", std::string(view)}, {"partition", partition.to_string()}};
    metrics.ask(
        "shopverse_view_fed", "1 if this process feeds the view from the partition.", labels,
        [&projector, partition] { return projector.fed().contains(partition) ? 1.0 : 0.0; });
    metrics.ask("shopverse_view_entries_behind", "Entries of the log that the view has not read.",
                labels, [&projector, &log_ends, partition] {
                    const auto position = projector.progress().position();
                    const auto at = position->read.find(partition);
                    const Offset next = at == position->read.end() ? 0 : at->second + 1;
                    return static_cast<double>(std::max<Offset>(0, log_ends.end(partition) - next));
                });
}

}  // namespace

void tell_views(Metrics& metrics, const projections::Projectors& views, const LogEnds& log_ends,
                Partitions partitions) {
    for (const std::string_view view : views.names()) {
        Projector& projector = *views.find(view);
        tell_view(metrics, projector, view);
        for (const Partition partition : partitions.all())
            if (projector.reads(partition))
                tell_share(metrics, projector, view, log_ends, partition);
    }
}

void tell_log_ends(Metrics& metrics, const LogEnds& log_ends, Partitions partitions) {
    for (const Partition partition : partitions.all())
        metrics.ask("shopverse_log_end_offset", "Durable entries of the log, by partition.",
                    {{"partition", partition.to_string()}}, [&log_ends, partition] {
                        return static_cast<double>(log_ends.end(partition));
                    });
}

}  // namespace shop::api
