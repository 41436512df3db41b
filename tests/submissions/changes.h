// Small mistakes, made by rule: every systematic change of the references, one thing at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/submissions/seams.h"

namespace submissions {

/// A statement is left out ("drop"), changes places with the next where no label stands between
/// them ("swap"), or a bit of a constant is turned over ("bit-pae").
struct Change {
    std::string file;  // "4-long-mode/long_mode.asm"
    std::string kind;
    unsigned number;  // of the statement in the file, from 1; of the bit, from 0
    Files files;      // the lab's, so changed

    /// "long_mode.asm drop-02".
    std::string name() const;
};

/// A line NAME|CONSTANT|TEXT|OTHER|FROM-TO of constants.txt: in the file of this name stands the
/// text; the other has @ for the bit, from which and to which. Those of a file, or of a list of
/// harmless changes, may have comments. Both throw std::runtime_error, with file and line.
struct Constant {
    std::string file, name, text, changed;
    unsigned first_bit = 0, last_bit = 0;
};
std::vector<Constant> parse_constants(const std::string& path, std::string_view text);

/// A line NAME|KIND|NUMBERS|REASON of harmless.txt: changes that nothing tells from the reference.
class Harmless {
  public:
    Harmless(const std::string& path, std::string_view text);
    bool contains(const Change& change) const;

  private:
    struct Row {
        std::string file, kind;
        std::vector<std::pair<unsigned, unsigned>> numbers;
    };
    std::vector<Row> rows_;
};

/// Throws std::runtime_error for a constant that stands nowhere.
std::vector<Change> changes_of(const Project& project, const std::vector<Constant>& constants);

}  // namespace submissions
