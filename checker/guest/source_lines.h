#pragma once

#include <cstdint>
#include <elfutils/libdw.h>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "checker/guest/symbols.h"

namespace guest {

struct SourceLine {
    std::string file;     // empty where unknown
    unsigned number = 0;  // 0 where unknown
};

/// Source lines by address, from DWARF. [dwarf5 6.2]
class SourceLines {
  public:
    /// `elf` and `names` have to outlive this. Without debug information every answer is empty.
    SourceLines(Elf* elf, std::filesystem::path source_root, const Names& names);

    /// The line of the instruction at `address`; where it was inlined, the line of the call that
    /// stands in the function itself.
    SourceLine of(std::uint64_t address) const;
    /// As Symbols::code_lines().
    std::vector<evidence::CodeLine> between(std::uint64_t begin, std::uint64_t end) const;

    /// Reads what libdw reads at once of each unit, wherever its code lies: to see whether it can.
    void read_all() const;

  private:
    /// A hundred times what the lines of a kernel take: a submission's debug information may be
    /// made by hand. Who has used them up has no lines any more.
    static constexpr unsigned most_ranges = 2'000'000;

    bool has(Dwarf_Die& entry, std::uint64_t address) const;
    bool child_with(std::uint64_t address, Dwarf_Die& parent, Dwarf_Die& found,
                    std::vector<Dwarf_Die>& others) const;
    std::vector<Dwarf_Die> scopes_of(Dwarf_Die& unit, std::uint64_t address) const;
    struct Place {
        const char* file = nullptr;
        unsigned line = 0;
    };
    static Place place_in_line_table(Dwarf_Die& unit, std::uint64_t address);
    Place place_of_call(Dwarf_Die& unit, std::uint64_t address) const;
    bool find_unit(std::uint64_t address, Dwarf_Die& unit) const;
    /// Where the next row of the line table begins; the next address where none is known.
    std::uint64_t next_row(std::uint64_t address) const;
    std::string relative(const char* file, Dwarf_Die& unit) const;

    std::filesystem::path root_;
    const Names& names_;
    mutable std::mutex mutex_;  // libdw reads lazily, even when it only looks something up
    std::unique_ptr<Dwarf, int (*)(Dwarf*)> dwarf_;
    mutable std::map<const char*, std::string> shown_;  // by libdw's own names of files
    mutable unsigned ranges_left_ = most_ranges;        // that may be looked at
};

}  // namespace guest
