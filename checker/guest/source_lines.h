#pragma once

#include <cstdint>
#include <elfutils/libdw.h>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

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

  private:
    bool find_unit(std::uint64_t address, Dwarf_Die& unit) const;
    /// Where the next row of the line table begins; the next address where none is known.
    std::uint64_t next_row(std::uint64_t address) const;
    std::string relative(const char* file, Dwarf_Die& unit) const;

    std::filesystem::path root_;
    const Names& names_;
    mutable std::mutex mutex_;  // libdw reads lazily, even when it only looks something up
    std::unique_ptr<Dwarf, int (*)(Dwarf*)> dwarf_;
    mutable std::map<const char*, std::string> shown_;  // by libdw's own names of files
};

}  // namespace guest
