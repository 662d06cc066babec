#include "api/serve/shop_metrics.hpp"

#include "api/erase_keys.hpp"
#include "api/peers/peer_meters.hpp"
#include "api/view_metrics.hpp"
#include "projections/projectors.hpp"

namespace shop::api {
namespace {

// Also of a process that is alone: what is named in an alarm must be there.
void tell_offices(Metrics& metrics, const MetricSources& of) {
    for (const Partition partition : of.partitions.all())
        if (partition.topic != Topic::kClicks)
            metrics.ask("shopverse_office", "1 if this process serves the partition.",
                        {{"partition", partition.to_string()}}, [&engine = of.engine, partition] {
                            return engine.serves(partition) ? 1.0 : 0.0;
                        });
    const auto ask = [&](std::string_view name, std::string_view help, auto read, bool is_counter) {
        metrics.ask(name, help, {}, [read] { return static_cast<double>(read()); }, is_counter);
    };
    ask(
        "shopverse_partitions_without_owner",
        "Partitions that no process is known to serve: an alarm if it stays so.",
        [&status = of.status] { return status.without_owner(); }, false);
    ask(
        "shopverse_peers", "Other processes of the shop that are known to serve something.",
        [&status = of.status] { return status.peers().size(); }, false);
    ask(
        "shopverse_office_changes_total", "Offices that this process took, left or lost.",
        [&own = of.own_offices] { return own.changes(); }, true);
    const auto count = [&](std::string_view name, std::string_view help,
                           std::uint64_t Cluster::Counts::* which) {
        ask(
            name, help,
            [cluster = of.cluster, which] {
                return cluster == nullptr ? 0 : cluster->counts().*which;
            },
            true);
    };
    count("shopverse_peer_calls_total", "Calls that other processes of the shop made.",
          &Cluster::Counts::calls);
    count("shopverse_peer_refused_total",
          "Calls that no process of this shop sealed, or over a minute ago: an alarm.",
          &Cluster::Counts::refused);
    count("shopverse_office_fights_total",
          "Offices taken again from somebody who took them: an alarm.", &Cluster::Counts::fights);
    (void)PeerMeters(metrics);
}

}  // namespace

void tell_metrics(Metrics& metrics, const MetricSources& of) {
    const auto count = [&](std::string_view name, std::string_view help, auto read) {
        metrics.ask(name, help, {}, [read] { return static_cast<double>(read()); }, true);
    };
    const auto gauge = [&](std::string_view name, std::string_view help, auto read) {
        metrics.ask(name, help, {}, [read] { return static_cast<double>(read()); });
    };
    (void)damaged_keys(metrics);
    const EffectCounters& sent = of.effects.counters();
    count("shopverse_effects_sent_total", "Effects sent to providers and other streams.",
          [&sent] { return sent.effects_sent.load(); });
    count("shopverse_effects_unanswered_total", "Effects that came back without an answer.",
          [&sent] { return sent.effects_unanswered.load(); });
    count("shopverse_steps_recorded_total", "Steps of open streams that were recorded.",
          [&sent] { return sent.steps_recorded.load(); });
    count("shopverse_steps_failed_total", "Steps of open streams that were refused.",
          [&sent] { return sent.steps_failed.load(); });
    count("shopverse_carts_expired_total", "Carts that ended because nobody touched them.",
          [&sent] { return sent.carts_expired.load(); });
    count("shopverse_guests_forgotten_total",
          "Orders by phone that were never sold, and whose guests cannot be read any more.",
          [&sent] { return sent.guests_forgotten.load(); });
    count("shopverse_expiries_unreadable_total",
          "What is over and cannot expire, for it is damaged.",
          [&sent] { return sent.expiries_unreadable.load(); });
    count("shopverse_expiries_cut_off_total",
          "Looks for what is over which were given up; the next tries again.",
          [&sent] { return sent.expiries_cut_off.load(); });
    gauge("shopverse_open_streams",
          "Streams that owe something, or wait for a deadline or a person.",
          [&sent] { return sent.streams_followed.load(); });
    gauge("shopverse_effects_running", "Effects under way.",
          [&sent] { return sent.effects_running.load(); });
    gauge("shopverse_authorizations_expiring",
          "Payments whose authorization ends within a day, or has, and is needed: an alarm.",
          [&attention = of.attention] { return attention.count(ConcernKind::kExpiring); });
    gauge("shopverse_attention_items", "Things an operator has to look at.",
          [&attention = of.attention] { return attention.size(); });
    if (of.views != nullptr) tell_views(metrics, *of.views, of.log_ends, of.partitions);
    tell_offices(metrics, of);
    gauge("shopverse_catalog_products", "Products in memory.",
          [&catalog = of.catalog] { return catalog.product_count(); });
    gauge("shopverse_catalog_stopped", "1 while the catalog cannot be read on: an alarm.",
          [&catalog = of.catalog] { return catalog.failure() ? 1 : 0; });
    gauge("shopverse_clock_sane", "0 while the wall clock is over a minute off.",
          [&engine = of.engine] { return engine.clock_is_sane() ? 1 : 0; });
    tell_log_ends(metrics, of.log_ends, of.partitions);
    count("shopverse_log_records_folded_total",
          "Records read from the log to bring the state up to date, most of them at the start.",
          [&engine = of.engine] { return engine.stats().folded; });
    count("shopverse_log_void_entries_total", "Entries of the log that do not count.",
          [&engine = of.engine] { return engine.stats().void_entries; });
    count("shopverse_log_doubts_total", "Times a partition had to read its log again.",
          [&engine = of.engine] { return engine.stats().doubts; });
    count("shopverse_state_save_failures_total", "Failed saves of the state store.",
          [&engine = of.engine] { return engine.stats().save_failures; });
    count("shopverse_broken_versions_total", "Events out of their stream's order: an alarm.",
          [&engine = of.engine] { return engine.stats().broken_versions; });
}

}  // namespace shop::api
