#pragma once

#include <cstddef>
#include <span>

#include "checker/process/descriptor.h"

namespace process {

/// A file's bytes, as they are now and as others change them.
class Mapping {
  public:
    /// Throws std::system_error.
    Mapping(const Descriptor& file, std::size_t size);
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping();

    std::span<const std::byte> bytes() const { return {begin_, size_}; }

  private:
    const std::byte* begin_;
    std::size_t size_;
};

}  // namespace process
