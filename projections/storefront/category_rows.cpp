#include "projections/storefront/category_rows.hpp"

#include "projections/generations.hpp"
#include "projections/storefront/patch.hpp"
#include "projections/storefront/visit_event.hpp"

namespace shop::projections::storefront {
namespace {

constexpr postgres::Column kInputs[] = {{"category_id", "text"}, {"slug", "text"},
                                        {"title", "text"},       {"parent", "text"},
                                        {"place", "bigint"},     {"status", "text"}};
constexpr postgres::SetStatement kUpsert{
    "upsert_categories", kInputs,
    "INSERT INTO category AS c (category_id, slug, title, parent, place, status) "
    "SELECT u.category_id, u.slug, u.title, u.parent, u.place, u.status FROM {rows} "
    "ON CONFLICT (category_id) DO UPDATE SET slug = coalesce(excluded.slug, c.slug), "
    "title = coalesce(excluded.title, c.title), parent = coalesce(excluded.parent, c.parent), "
    "place = coalesce(excluded.place, c.place), status = coalesce(excluded.status, c.status)"};

}  // namespace

void CategoryRows::fold(const RecordedEvent& event) {
    visit_event<category::Event>(event.data, [&]<class Event>(const Event& data) {
        Patch& patch = patches_[event.stream.to_string()];
        if constexpr (std::is_same_v<Event, category::Created>) {
            patch.slug = data.slug;
            patch.title = data.title;
            patch.parent = data.parent.to_string();
            patch.place = data.position;
            patch.status = "active";
        } else if constexpr (std::is_same_v<Event, category::Changed>) {
            if (data.title) patch.title = data.title;
        } else if constexpr (std::is_same_v<Event, category::Moved>) {
            patch.parent = data.parent.to_string();
            patch.place = data.position;
        } else {
            static_assert(std::is_same_v<Event, category::Removed>);
            patch.status = "removed";
        }
    });
}

Status CategoryRows::write(postgres::Database& database, Touched& touched) {
    if (patches_.empty()) return {};
    postgres::RowSet rows(kUpsert, mode_);
    for (const auto& [id, patch] : patches_) {
        rows.text(id);
        add(rows, patch.slug);
        add(rows, patch.title);
        add(rows, patch.parent);
        add(rows, patch.place);
        add(rows, patch.status);
    }
    touched.push_back(name_hash("categories"));
    touched.push_back(name_hash("listing"));
    return run(database, rows);
}

}  // namespace shop::projections::storefront
