// The first of many by some order, as many as a report tells: kept while they come, in room for
// twice as many.
//
//   add_to_first(levels, std::move(level), kLevelsMax, &LevelChange::sku);   // for each
//   cut_to_first(levels, kLevelsMax, &LevelChange::sku);   // then they are sorted
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace shop::import {

template <class T, class Place>
void cut_to_first(std::vector<T>& all, std::size_t count, Place place) {
    std::ranges::sort(all, {}, place);
    all.resize(std::min(all.size(), count));
}

template <class T, class Place>
void add_to_first(std::vector<T>& all, T one, std::size_t count, Place place) {
    if (all.size() >= 2 * count) cut_to_first(all, count, place);
    all.push_back(std::move(one));
}

}  // namespace shop::import
