#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "lib/physical_memory.h"

namespace test {

using Bytes = std::vector<std::byte>;

/// Physical memory made of separate pieces; whatever lies between them cannot be read, and no read
/// may run from one piece into another. Each read gets a block of its own that is exactly as long
/// as what was asked for, so that the address sanitizer sees a parser look one byte too far.
class FakePhysicalMemory final : public lib::PhysicalMemory {
  public:
    /// Puts `bytes` at `address`, in place of a piece that begins there already.
    void place(x86::PhysicalAddress address, Bytes bytes) { pieces_[address] = std::move(bytes); }
    void remove(x86::PhysicalAddress address) { pieces_.erase(address); }

    /// The piece that begins at `address`, to be damaged.
    Bytes& piece(x86::PhysicalAddress address) { return pieces_.at(address); }
    const std::map<x86::PhysicalAddress, Bytes>& pieces() const { return pieces_; }

    std::span<const std::byte> at(x86::PhysicalAddress address, std::size_t size) const override {
        ++reads_;
        auto piece = pieces_.upper_bound(address);
        if (piece == pieces_.begin() || size == 0) {
            return {};
        }
        --piece;
        const Bytes& bytes = piece->second;
        const std::uint64_t offset = address - piece->first;
        if (offset > bytes.size() || bytes.size() - offset < size) {
            return {};
        }
        handed_out_.push_back(std::make_unique<std::byte[]>(size));
        std::copy_n(bytes.data() + offset, size, handed_out_.back().get());
        return {handed_out_.back().get(), size};
    }

    /// How often a parser has asked, which must stay in proportion to what there is to read.
    std::size_t reads() const { return reads_; }

  private:
    std::map<x86::PhysicalAddress, Bytes> pieces_;
    mutable std::vector<std::unique_ptr<std::byte[]>> handed_out_;
    mutable std::size_t reads_ = 0;
};

}  // namespace test
