// The given half of every kernel: what make has built of it, and by which commands.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace submission {

/// A command, an argument each; the files that it is about come last.
using Arguments = std::vector<std::string>;

/// What a lab's seam was compiled to.
struct Seam {
    unsigned lab = 0;
    std::vector<std::string> objects;       // relative to the project
    std::vector<std::string> from_starter;  // files that were not handed in
};

/// What mk/kernel.mk writes to BUILD/kernel/given/. Paths are relative to the project.
struct Given {
    Arguments compile, assemble, link, make_iso;
    std::string code;                                        // an object: all given code
    std::map<unsigned, std::vector<std::string>> reference;  // by lab, the objects of its seam
    std::vector<std::filesystem::path> headers;              // what a seam may include
    std::string headers_identity;                            // other once one of them has changed
};

/// Knows whether that is up to date, and has make build it where it is not. Safe to use from
/// several threads, and beside other checkers.
class GivenCode {
  public:
    /// `built` is make's OUTPUT, for instance project/build.
    GivenCode(std::filesystem::path project, std::filesystem::path built);

    /// Nothing that it is made of has changed since.
    bool is_current() const;
    /// Builds it first where it is not current. Throws checker::Error if that cannot be: that is
    /// nobody's fault who hands in a seam.
    Given read() const;

  private:
    void make_current() const;
    std::filesystem::path folder() const { return built_ / "kernel/given"; }
    std::filesystem::path stamp() const { return folder() / "ready.mk"; }

    std::filesystem::path project_, built_;
};

/// Whether all that is asked of a linked kernel and of the objects of these seams is answered in
/// reasonable time and memory, and each symbol of such an object lies in what it brings: by an
/// offset it would name given code. A submission may be made to prevent that: it is tried in
/// another process.
bool can_be_read(const std::filesystem::path& project, std::span<const Seam> seams,
                 const std::filesystem::path& given_code, const std::filesystem::path& kernel_elf);

}  // namespace submission
