#pragma once

#include <filesystem>
#include <string_view>

namespace engine {

/// A directory of one's own, which nobody else may read, and which goes with its files when this
/// does.
class TemporaryDirectory {
  public:
    /// Throws std::system_error.
    TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();

    const std::filesystem::path& path() const { return path_; }
    /// Writes a file in it. Throws std::system_error.
    void write(std::string_view name, std::string_view text) const;

  private:
    std::filesystem::path path_;
};

}  // namespace engine
