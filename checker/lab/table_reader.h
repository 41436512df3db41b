#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <toml++/toml.h>
#include <utility>
#include <vector>

namespace lab {

/// Reads one TOML table and insists: a missing key, a value of the wrong type and a key that nobody
/// asked for throw checker::Error with file and line. So each row of a lab.toml is used, or
/// refused.
class TableReader {
  public:
    /// `file` is named in messages. `table` must outlive the reader.
    TableReader(const toml::table& table, std::string file)
        : table_(table), file_(std::move(file)) {}

    bool has(std::string_view key) const { return table_.contains(key); }
    std::string string(std::string_view key);
    std::string string_or_empty(std::string_view key) { return has(key) ? string(key) : ""; }
    std::uint32_t number(std::string_view key);
    std::vector<std::string> strings(std::string_view key);
    std::vector<std::string> strings_or_none(std::string_view key) {
        return has(key) ? strings(key) : std::vector<std::string>{};
    }
    TableReader table(std::string_view key);
    std::vector<TableReader> tables(std::string_view key);
    std::vector<std::string> keys() const;

    /// Throws for the first key that was never read.
    void finish() const;
    [[noreturn]] void fail(std::string_view key, std::string_view problem) const;

  private:
    const toml::node& node(std::string_view key);

    const toml::table& table_;
    std::string file_;
    std::set<std::string, std::less<>> read_;
};

}  // namespace lab
