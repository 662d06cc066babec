#include "projections/storefront/customer_rows.hpp"

#include "projections/storefront/patch.hpp"
#include "projections/storefront/visit_event.hpp"

namespace shop::projections::storefront {
namespace {

using postgres::Column;
using postgres::Database;
using postgres::RowSet;
using postgres::SetStatement;

constexpr Column kInputs[] = {{"customer_id", "text"},
                              {"status", "text"},
                              {"changed_at", "timestamptz"},
                              {"known_since", "timestamptz"},
                              {"kind", "text"},
                              {"country_text", "text"},
                              {"external_system", "text"},
                              {"external_id", "text"},
                              {"country", "text"},
                              {"person", "text"},
                              {"personal", "text"},
                              {"email_hash", "text"}};
constexpr SetStatement kUpsert{
    "upsert_customers", kInputs,
    "INSERT INTO customer AS c (customer_id, status, changed_at, known_since, kind, country_text, "
    "external_system, external_id, country, person, personal, email_hash) "
    "SELECT u.customer_id, u.status, u.changed_at, u.known_since, u.kind, u.country_text, "
    "u.external_system, u.external_id, u.country, u.person, u.personal, u.email_hash FROM {rows} "
    "ON CONFLICT (customer_id) DO UPDATE SET status = coalesce(excluded.status, c.status), "
    "changed_at = excluded.changed_at, "
    "known_since = coalesce(excluded.known_since, c.known_since), "
    "kind = coalesce(excluded.kind, c.kind), "
    "country_text = coalesce(excluded.country_text, c.country_text), "
    "external_system = coalesce(excluded.external_system, c.external_system), "
    "external_id = coalesce(excluded.external_id, c.external_id), "
    "country = coalesce(excluded.country, c.country), "
    "person = coalesce(excluded.person, c.person), "
    "personal = coalesce(excluded.personal, c.personal), "
    "email_hash = coalesce(excluded.email_hash, c.email_hash)"};

void add_profile(RowSet& rows, const customer::Profile* profile) {
    if (profile == nullptr) {
        rows.null().null().null().null();
        return;
    }
    const sale::External external = profile->external.value_or(sale::External{});
    rows.text(enum_name(profile->kind)).text(profile->country_text);
    rows.text(external.system).text(external.id);
}

}  // namespace

void CustomerRows::fold(const Record& record, const RecordedEvent& event) {
    visit_event<customer::Event>(event.data, [&]<class Event>(const Event& data) {
        const Time time = record.time_of(event);
        Customer& own = customers_[event.stream.to_string()];
        own.changed_at = time;
        if constexpr (std::is_same_v<Event, customer::Registered> ||
                      std::is_same_v<Event, customer::Imported>) {
            own.status = "known";
            own.profile = &data.profile;
            own.personal = data.profile.personal;
            own.country = data.profile.country;
            own.known_since = time;
        } else if constexpr (std::is_same_v<Event, customer::ContactChanged>) {
            own.personal = data.personal;
            own.country = data.country;
        } else if constexpr (std::is_same_v<Event, customer::Erased>) {
            own.status = "erased";
            own.personal = Sealed{};
        } else {
            static_assert(std::is_same_v<Event, customer::OrderAssigned> ||
                          std::is_same_v<Event, customer::OrderUnassigned>);
        }
    });
}

Status CustomerRows::write(Database& database) {
    RowSet rows(kUpsert, mode_);
    for (const auto& [id, own] : customers_) {
        rows.text(id);
        add(rows, own.status);
        rows.text(to_rfc3339(own.changed_at));
        add(rows, own.known_since);
        add_profile(rows, own.profile);
        add(rows, own.country);
        if (!own.personal) {
            rows.null().null().null();
            continue;
        }
        std::string hash;
        if (emails_ != nullptr && !own.personal->is_empty()) {
            SHOP_TRY(found, emails_->hash_of(*own.personal));
            hash = std::move(found);
        }
        rows.text(own.personal->key).text(own.personal->ciphertext).text(hash);
    }
    return run(database, rows);
}

}  // namespace shop::projections::storefront
