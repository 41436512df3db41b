#include "tests/submissions/page.h"

#include <cctype>
#include <fmt/format.h>

namespace submissions {

using evidence::Engine;

namespace {

constexpr std::string_view table_head =
    R"(       mutants in QEMU                  mutants in Bochs                 right answers
       named      unknown passed  wrong named      unknown passed  wrong QEMU      Bochs
)";

constexpr std::string_view page_head = R"(# How good the diagnosis is

Each file `tests/submissions/N-lab/NAME.case` is a submission of one lab: most of them wrong (mutants, here called `N-NAME`), some right
answers that are written otherwise than the reference. `make test` grades all of them in each engine alone. A mutant must lose points in
at least one of them, and whatever is said must be its true cause, or `unknown`; a right answer must get every point. What one
engine lets pass the other sees: that is why there are two. This page is made by `build/e2e/submissions --page`.

Beyond these, `build/e2e/submissions --changes` changes the references systematically: it leaves out each statement, exchanges each two
neighbours, and turns over each bit of each constant, about 1500 changes in all. Each must lose points for a cause that an engine
names, or is listed in `tests/submissions/harmless.txt` with the reason why nothing tells it from the reference. `make test` takes a sample.

Each report is held against itself and against the evidence (`tests/submissions/contradictions.h`): no line may deny another. So are those of
half-done work, of changes at random (`--random`), and of two mistakes at once: of these `tests/submissions/pairs.expected` says which one an
AP meets first, and that one is to be named.

## Answers that the rules had never seen

Rules know the mistakes that they were written beside. So answers were written by readers of the handouts alone, judged once, and counted as
they fell, before anything was mended for them; then they became cases.

| wrong answers | named rightly | vague | no name | wrong cause | undeserved points |
|---|---|---|---|---|---|
| 183, before | 110 (60%) | 25 | 4 | 27 | 17 |
| 66 | 43 (65%) | 13 | 2 | 4 | 4 |
| 60, after the rules were mended for those | 47 (78%) | 7 | 1 | 1 | 4 |
| 30, after the rules were mended for these | 26 (87%) | 3 | 1 | 0 | 0 |
| 60, after preconditions were asked for at each step | 46 (77%) | 2 | 1 | 0 | 11 |
| 60, after a second machine was booted | 55 (92%) | 3 | 0 | 2 | 0 |
| 30, after the rules were mended for these | 28 (93%) | 1 | 1 | 0 | 0 |
| 60, some wrong only on other machines | 51 (85%) | 1 | 0 | 1 | 7 |
| 30, after the rules were mended for these | 27 (90%) | 3 | 0 | 0 | 0 |
| 60, read by somebody else | 46 (77%) | 10 | 0 | 4 | 0 |
| 30, after the rules were mended for these, by the same | 21 (70%) | 6 | 0 | 3 | 0 |
| 40, by another | 31 (78%) | 6 | 0 | 3 | 0 |
| 30, after the rules were mended for these, by another | 16 (53%) | 8 | 1 | 5 | 0 |
| 36, by another | 27 (75%) | 5 | 0 | 4 | 0 |
| 30, after the rules were mended for these, by another | 20 (67%) | 7 | 0 | 3 | 0 |
| 32, by three others | 24 (75%) | 1 | 0 | 6 | 1 |
| 30, after the rules were mended for these, by the same | 20 (67%) | 1 | 0 | 9 | 0 |
| 30, after every cause's text was gone through, by the same | 25 (83%) | 2 | 0 | 3 | 0 |
| 36, by three others | 16 (44%) | 0 | 0 | 20 | 0 |
| 30, after the rules were mended for these, by three others | 27 (90%) | 1 | 0 | 2 | 0 |
| 30, after the rules were mended for these, by three others | 20 (67%) | 0 | 1 | 9 | 0 |
| 60, after the rules were mended for these, by four others | 51 (85%) | 0 | 1 | 8 | 0 |
| 30, after the rules were mended for these, by three others | 27 (90%) | 0 | 0 | 3 | 0 |
| 60, after the rules were mended for these, by four others | 54 (90%) | 0 | 0 | 6 | 0 |
| 30, after the rules were mended for these, by four others | 25 (83%) | 0 | 0 | 5 | 0 |
| 30, after the rules were mended for these, by three others | 22 (73%) | 6 | 0 | 2 | 0 |
| 30, after the rules were mended for these, by three others | 18 (60%) | 7 | 0 | 5 | 0 |
| 20, after the rules were mended for these, by two others | 19 (95%) | 1 | 0 | 0 | 0 |

The twenty were read by whoever made the rules. The eighteen counts before are of readers who had read neither the rules nor the earlier counts, and called a report wrong for one false sentence
anywhere in it: of the first seven, four name the fact rightly in their headline, two are vague there, one is wrong; of the next eight seven do, and
one is wrong; of the next seven six do, and one is wrong; of the next six four do, and two are wrong; of the next nine eight do, and one is wrong: it
was the advice that fitted another mistake, so all of it was gone through; of the next three all do; of the next twenty nineteen do: four say "every
AP" where one was started, three tell of a Bochs that waited for itself, and of the rest most say of both engines what one shows. Of the next two one
does, and of the next nine seven; one is vague there. Of the next eight all do, and the one without a name has one in Bochs; of the next three two do,
of the next six five, and of the next five four; of the next eight, which had to say how somebody came to it, none is wrong there, and of the last
twelve one. The one with undeserved points loads 16 bits of a stack's address, and the stack lies below 64 KiB. Whoever made the checker would have
counted the first two as 51, 8 and 1; and 28, 2 and 0.

Of 219 right answers written in the same way, 28 of them as unlike the reference as could be, one lost points: its page begins with a jump, and nobody
had watched where that leads. The first eleven undeserved ones left nothing wrong in the one machine that was booted then: a bit restated instead of
inherited is the same bit there, and an APIC ID shifted in both modes is right in one of them. The seven are wrong only where neither machine is: an
x2APIC with IDs above 255, a BSP with one of NXE and WP, a SIPI that is lost. Of the last 854 the ones that were not named rightly are cases now, but for some of which another case says the same.
)";

bool is_upper(std::string_view text, std::size_t at) {
    return at < text.size() && std::isupper(static_cast<unsigned char>(text[at]));
}

// The length of the "#UD" or "#GP(0)" that a text begins with, or 0.
std::size_t exception_at_front(std::string_view text) {
    if (!text.starts_with('#') || !is_upper(text, 1) || !is_upper(text, 2))
        return 0;
    return text.size() > 5 && text[3] == '(' && text[5] == ')' ? 6 : 3;
}

// For a cell of a table: an exception is code, and a bar does not end the cell.
std::string in_cell(std::string_view title) {
    if (title.ends_with('.'))
        title.remove_suffix(1);
    std::string cell;
    while (!title.empty()) {
        const std::size_t code = exception_at_front(title);
        if (code)
            cell += fmt::format("`{}`", title.substr(0, code));
        else
            cell += title[0] == '|' ? "\\|" : std::string{title[0]};
        title.remove_prefix(code ? code : 1);
    }
    return cell;
}

// The diagnosis, or how it ended without one.
std::string said(const Verdict& verdict) {
    return verdict.outcome == "passed" ? "passes" : verdict.diagnosis;
}

}  // namespace

void Scores::add(const Case& its, const Verdicts& found, bool as_expected) {
    if (its.kind == Kind::hostile)
        return;
    for (const auto& [engine, verdict] : found) {
        Count& count = labs_[its.lab->number][engine][its.kind == Kind::right];
        ++count.all;
        ++(!as_expected                     ? count.wrong
           : verdict.outcome == "passed"    ? count.passed
           : verdict.diagnosis == "unknown" ? count.unknown
                                            : count.named);
    }
}

std::string Scores::table() const {
    if (labs_.empty())
        return "";
    std::string table{table_head};
    for (const auto& [lab, engines] : labs_) {
        table += fmt::format("lab {}  ", lab);
        std::string right;
        for (const Engine engine : both_engines) {
            const auto counted = engines.find(engine);
            const auto [mutants, answers] =
                counted == engines.end() ? std::array<Count, 2>{} : counted->second;
            table += fmt::format("{:3} of {:<3} {:7} {:6} {:6} ", mutants.named, mutants.all,
                                 mutants.unknown, mutants.passed, mutants.wrong);
            right += fmt::format("{:<10}", fmt::format("{:3} of {}", answers.passed, answers.all));
        }
        table += ' ' + right.substr(0, right.find_last_not_of(' ') + 1) + '\n';
    }
    return table;
}

std::string page(std::span<const Case> cases) {
    Scores scores;
    for (const Case& each : cases)
        scores.add(each, each.expected, true);
    std::string page = fmt::format("{}\n```text\n{}```\n", page_head, scores.table());
    unsigned lab = 0;
    for (const Case& each : cases) {
        if (each.kind != Kind::wrong)
            continue;
        if (each.lab->number != lab)
            page += fmt::format(
                "\n## Lab {}\n\n| mutant | what is wrong | QEMU | Bochs |\n|---|---|---|---|\n",
                lab = each.lab->number);
        page += fmt::format("| {} | {} | {} | {} |\n", each.name, in_cell(each.title),
                            said(each.expected.at(Engine::qemu)),
                            said(each.expected.at(Engine::bochs)));
    }
    return page;
}

}  // namespace submissions
