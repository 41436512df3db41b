// A run and all that its report tells of it, taken apart so that one can be held against the other.
#pragma once

#include <functional>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "checker/grading/grade.h"

namespace submissions {

/// One sentence, or line, of a report, and the part of it that it stands in.
struct Told {
    enum class Part { headline, detail, advice, exhibit, fact };

    Part part;
    std::string label;  // of an exhibit, or the fact's id
    std::string text;
};

/// Views of the grade that it was made of. What the catalogue says of a cause in general is no
/// claim about this run, and is left out; but advice is advice, wherever it comes from.
class Account {
  public:
    Account(const lab::Lab& lab, const grading::Run& run);

    const lab::Lab& lab;
    const grading::Run& run;
    const evidence::Evidence& evidence;
    const std::vector<Told>& told() const { return told_; }

    /// The first sentence; empty where the run has no diagnosis.
    std::string_view headline() const;
    /// Lines of an exhibit; none where it is not shown.
    std::vector<std::string> exhibit(std::string_view label) const;

    const evidence::Cpu* cpu(std::size_t number) const;
    /// Whom the words before `at` are about: the CPU named last there, else the report's.
    const evidence::Cpu* subject(std::string_view text, std::size_t at) const;
    /// The CPU that the report is about; null where it is about none.
    const evidence::Cpu* about() const;

  private:
    std::vector<Told> told_;
};

/// The registers of a CPU at each moment that the evidence knows: as its oldest exception found
/// them, on arrival in C++, and at the end.
std::vector<const evidence::Registers*> moments(const evidence::Cpu& cpu);

/// What shows that an AP has executed code of this kernel's or a student's; empty where nothing
/// does. Asked of the machine anew, and not of the checker's own question evidence::started.
std::string sign_of_life(const evidence::Cpu& cpu);

/// Calls `use` with every match in a text.
void for_each(const std::string& text, const std::regex& pattern,
              const std::function<void(const std::smatch&)>& use);

/// Calls `use` with every match of a claim in what is told of the run, and the CPU that it is
/// about. Advice claims nothing.
void for_claims(
    const Account& account, const std::regex& claim,
    const std::function<void(const Told&, const std::smatch&, const evidence::Cpu&)>& use);

/// A rule: tells of each contradiction that it sees.
using Tell = std::function<void(std::string)>;
struct Rule {
    std::string_view name;
    void (*look)(const Account&, const Tell&);
};

std::vector<Rule> rules_about_cpus();     // who started, stands, runs, and in which mode
std::vector<Rule> rules_about_bits();     // of control registers
std::vector<Rule> rules_about_numbers();  // that were read nowhere
std::vector<Rule> rules_about_places();   // lines, walks, exceptions
std::vector<Rule> rules_about_stages();   // the letters of a trace
std::vector<Rule> rules_about_verdict();  // facts, advice, how it ended

}  // namespace submissions
