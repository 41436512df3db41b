// The catalogue of causes: what docs/causes/ID.md says of each id that the checker can name.
// Code decides, the catalogue speaks.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace catalogue {

/// One cause, as its file says it. Texts are paragraphs without line breaks.
struct Entry {
    std::string id;                    // "nxe-missing"
    std::string headline;              // what it is, in general
    unsigned lab = 0;                  // whose handout explains it; 0 for the lab that is judged
    std::string section;               // of that handout; may be empty
    std::string why;                   // what the processor does
    std::string what_to_do;            //
    std::string on_silicon;            // and in the emulators, where they differ; may be empty
    std::vector<std::string> read_on;  // one a line, links as plain words

    /// Its why, and what the state of a run adds to that.
    std::string why_and(std::string_view detail) const;
};

/// The entry in `text`, a file docs/causes/ID.md. Throws checker::Error, with file and line, for
/// anything missing, unknown or out of order. docs/causes/README.md describes the format.
Entry parse(std::string_view id, std::string_view text);

class Catalogue {
  public:
    Catalogue() = default;
    explicit Catalogue(std::vector<Entry> entries);

    /// Every file of the project's docs/causes/. Throws checker::Error where one is not valid, or
    /// where there is none.
    static Catalogue read(const std::filesystem::path& project);

    /// By id.
    const std::vector<Entry>& entries() const { return entries_; }
    /// Null where the catalogue has no such id.
    const Entry* find(std::string_view id) const;
    /// The ids that are most like `id`, the nearest first; three at most.
    std::vector<std::string_view> like(std::string_view id) const;

  private:
    std::vector<Entry> entries_;
};

}  // namespace catalogue
