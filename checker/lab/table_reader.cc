#include "checker/lab/table_reader.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

#include "checker/error.h"

namespace lab {

void TableReader::fail(std::string_view key, std::string_view problem) const {
    const toml::node* node = table_.get(key);
    const auto line = node ? node->source().begin.line : table_.source().begin.line;
    throw checker::Error(fmt::format("{}:{}: {} {}", file_, line, key, problem));
}

const toml::node& TableReader::node(std::string_view key) {
    const toml::node* found = table_.get(key);
    if (!found)
        fail(key, "is missing");
    read_.emplace(key);
    return *found;
}

std::string TableReader::string(std::string_view key) {
    const auto value = node(key).value_exact<std::string>();
    if (!value || value->empty())
        fail(key, "must be a text that is not empty");
    return *value;
}

std::uint32_t TableReader::number(std::string_view key) {
    const auto value = node(key).value_exact<std::int64_t>();
    if (!value || *value < 0 || *value > std::numeric_limits<std::int32_t>::max())
        fail(key, "must be a whole number that is not negative");
    return static_cast<std::uint32_t>(*value);
}

std::vector<std::string> TableReader::strings(std::string_view key) {
    std::vector<std::string> all;
    if (const toml::array* array = node(key).as_array())
        for (const toml::node& element : *array)
            all.push_back(element.value_exact<std::string>().value_or(""));
    if (all.empty() || std::ranges::count(all, "") != 0)
        fail(key, "must be a list of texts");
    return all;
}

TableReader TableReader::table(std::string_view key) {
    const toml::table* table = node(key).as_table();
    if (!table)
        fail(key, "must be a table");
    return {*table, file_};
}

std::vector<TableReader> TableReader::tables(std::string_view key) {
    const toml::array* array = node(key).as_array();
    if (!array || array->empty() || !array->is_homogeneous(toml::node_type::table))
        fail(key, fmt::format("must be tables, each headed [[{}]]", key));
    std::vector<TableReader> all;
    for (const toml::node& element : *array)
        all.emplace_back(*element.as_table(), file_);
    return all;
}

std::vector<std::string> TableReader::keys() const {
    std::vector<std::string> all;
    for (const auto& [key, value] : table_)
        all.emplace_back(key.str());
    return all;
}

void TableReader::finish() const {
    for (const auto& [key, value] : table_)
        if (!read_.contains(key.str()))
            fail(key.str(), "is not a key that the checker knows here");
}

}  // namespace lab
