#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checker/evidence/evidence.h"

namespace guest {

/// What a path is shown as: what stands left is written as what stands right.
struct Renamed {
    std::string from, to;
};
using Names = std::vector<Renamed>;

/// `text` with every occurrence of each `from` renamed.
std::string renamed(std::string text, const Names& names);

/// What is kept of a name, of a symbol or a file, in bytes: a submission may have longer ones.
inline constexpr std::size_t longest_name = 1024;

/// A symbol's name as people write it: demangled, without parameters, clones and local labels.
/// A short one may stand for megabytes: throws checker::Error once `spelt_out`, to which it adds,
/// comes to too many.
std::string plain_name(std::string linker_name, std::size_t& spelt_out);

/// What an ELF file says about its addresses: symbols, source lines and the bytes that were linked
/// there. May be shared between threads that only read it.
class Symbols {
  public:
    struct Range {
        std::uint64_t address = 0;
        std::uint64_t size = 0;  // 0 where the symbol has none
    };

    /// Knows nothing.
    Symbols();
    /// Reads `elf`. Source files below `source_root` are named relative to it, and renamed where
    /// their name, from some place on, begins with a `from` of `names`. Throws checker::Error if
    /// the file is no readable ELF file.
    explicit Symbols(const std::filesystem::path& elf,
                     const std::filesystem::path& source_root = {}, Names names = {});
    ~Symbols();

    /// Symbol, file and line of an address; `instruction` stays empty. Where the instruction was
    /// inlined from elsewhere, the line is where the symbol's own code called for it.
    evidence::Location locate(std::uint64_t address) const;
    /// The lines of the code [begin, end), as far as they are known, in the order of addresses.
    std::vector<evidence::CodeLine> code_lines(std::uint64_t begin, std::uint64_t end) const;
    /// Reads debug information as far as libdw reads it at once, to see whether it can.
    void read_all_lines() const;
    /// The same symbol as the kernel writes it: "smp::init_percpu+0x2c"; empty where none is. Of
    /// where a call `returns`, the symbol is that of the byte before.
    std::string name_at(std::uint64_t address, bool returns = false) const;
    /// The variable or other object that has `address` in it, "table + 0x10"; empty if none is
    /// known.
    std::string object_at(std::uint64_t address) const;
    /// In a part of the file that is to be executed.
    bool is_code(std::uint64_t address) const;
    /// Where `name` lies: qualified, without parameters.
    std::optional<Range> find(std::string_view name) const;
    /// The address that was linked for what is loaded at a physical one: early code runs where it
    /// was loaded.
    std::optional<std::uint64_t> linked_at(std::uint64_t physical) const;
    /// The linked bytes from `address` on, at most `size`; empty where nothing was linked.
    std::span<const std::byte> bytes(std::uint64_t address, std::size_t size) const;

    /// Where the names in its code lie, from there on.
    std::vector<std::uint64_t> addresses_from(std::uint64_t begin) const;

    /// A part of the file that a loader puts into memory.
    struct Segment {
        std::uint64_t address = 0;  // where it was linked
        std::uint64_t physical = 0;
        std::span<const std::byte> bytes;  // of the file; what is zero beyond them is left out
    };
    std::span<const Segment> segments() const;
    /// How files are renamed.
    const Names& names() const;

  private:
    struct Tables;
    std::unique_ptr<Tables> tables_;
};

}  // namespace guest
