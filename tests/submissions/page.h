// How often the cause is named: the table that the tests end with, and docs/mutants.md.
#pragma once

#include <array>
#include <map>
#include <span>
#include <string>

#include "tests/submissions/case.h"

namespace submissions {

/// Counts of wrong and right answers, by lab and engine.
class Scores {
  public:
    /// What each engine made of a case, and whether all of it is as expected.
    void add(const Case& its, const Verdicts& found, bool as_expected);

    /// A table with a line for each lab; empty if nothing was counted.
    std::string table() const;

  private:
    struct Count {
        unsigned all = 0, named = 0, unknown = 0, passed = 0, wrong = 0;
    };
    std::map<unsigned, std::map<evidence::Engine, std::array<Count, 2>>> labs_;  // by kind
};

/// docs/mutants.md, of cases as they are when every one comes out as expected.
std::string page(std::span<const Case> cases);

}  // namespace submissions
