// The rule that no memory is both writable and executable, checked on finished page tables.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "memory/table_scan.h"

namespace memory {

/// The first page that breaks the rule, or why the tables could not be judged.
struct WXorXViolation {
    enum class Kind : std::uint8_t {
        writable_and_executable,  // `page`
        aliased,                  // `page` is writable, and `executable` shows the same memory
        unreadable,               // a table cannot be read
        too_complex,              // more tables or separate pieces of code than are looked at
    };

    Kind kind;
    MappedPage page;
    MappedPage executable;
};

/// Pieces of physical memory that are executable, each with the page that shows its beginning.
class ExecutableMemory {
  public:
    /// False if there are too many pieces.
    constexpr bool add(const MappedPage& page) {
        if (count_ != 0 && end_of(pieces_[count_ - 1]) == page.physical) {
            pieces_[count_ - 1].size += page.size;
            return true;
        }
        if (count_ == pieces_.size()) {
            return false;
        }
        pieces_[count_++] = page;
        return true;
    }

    /// The piece that shares memory with `page`.
    constexpr const MappedPage* overlapping(const MappedPage& page) const {
        for (std::size_t i = 0; i < count_; ++i) {
            if (pieces_[i].physical < end_of(page) && page.physical < end_of(pieces_[i])) {
                return &pieces_[i];
            }
        }
        return nullptr;
    }

  private:
    static constexpr x86::PhysicalAddress end_of(const MappedPage& page) {
        return page.physical + page.size;
    }

    std::array<MappedPage, 32> pieces_{};
    std::size_t count_ = 0;
};

/// Looks at everything that the tables below the PML4 at `root` map. Also catches memory that is
/// writable at one address and executable at another. While the identity map of lab 1 stands it is
/// a violation, the first one: it is both by contract.
template <EntryReader ReadEntry>
constexpr std::optional<WXorXViolation> find_w_xor_x_violation(x86::PhysicalAddress root,
                                                               ReadEntry&& read_entry) {
    using Kind = WXorXViolation::Kind;
    std::optional<WXorXViolation> violation;
    ExecutableMemory code;

    const auto collect = [&](const MappedPage& page) {
        if (page.executable && page.writable) {
            violation = WXorXViolation{Kind::writable_and_executable, page, page};
        } else if (page.executable && !code.add(page)) {
            violation = WXorXViolation{Kind::too_complex, page, page};
        }
        return !violation;
    };
    const ScanEnd end = for_each_page(root, read_entry, collect);
    if (end == ScanEnd::unreadable || end == ScanEnd::too_many_tables) {
        return WXorXViolation{
            end == ScanEnd::unreadable ? Kind::unreadable : Kind::too_complex, {}, {}};
    }
    if (violation) {
        return violation;
    }

    for_each_page(root, read_entry, [&](const MappedPage& page) {
        const MappedPage* executable = page.writable ? code.overlapping(page) : nullptr;
        if (executable != nullptr) {
            violation = WXorXViolation{Kind::aliased, page, *executable};
        }
        return executable == nullptr;
    });
    return violation;
}

}  // namespace memory
