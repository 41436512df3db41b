// submissions FOLDER...: grades submissions of one lab each, several at a time, and holds what
// comes out to the file `expected` in each folder.
//
// A line for each: "ok" or "FAILED", the folder, and for each engine what it made of it; and under
// a failure why. Ends with 1 if one failed. SUBMISSIONS_WAY=rom|elf|iso says how they are booted.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <thread>

#include "checker/boot.h"
#include "checker/error.h"
#include "checker/grading/grader.h"
#include "checker/lab/lab.h"
#include "checker/report/json.h"
#include "checker/report/text.h"
#include "tests/submissions/expected.h"

namespace submissions {

namespace {

namespace fs = std::filesystem;
using grading::LabGrade;
using grading::Run;

struct Result {
    bool passed = true;
    std::string line;
    std::string why;
};

// "5-nx-wp" in the folder is whose lab it is.
const lab::Lab& lab_of(const fs::path& folder, const std::vector<lab::Lab>& labs) {
    for (const lab::Lab& lab : labs) {
        if (fs::is_directory(folder / lab.directory)) {
            return lab;
        }
    }
    throw std::runtime_error(fmt::format("{} holds no lab", folder.string()));
}

// What one engine alone would have made of it.
Expected found_by(evidence::Engine engine, const LabGrade& grade) {
    for (const Run& run : grade.runs) {
        if (run.evidence.engine == engine) {
            return {engine, std::string{judgement::name(run.verdict.outcome)},
                    run.diagnosis ? run.diagnosis->id : "null",
                    grading::assemble(grade.lab, {run}).verdict.points};
        }
    }
    return {engine, std::string{judgement::name(grade.verdict.outcome)},
            grading::diagnosis_of(grade).value_or("null"), grade.verdict.points};
}

std::string in_words(const Expected& one) {
    return fmt::format("{} {} {} {}", one.engine == evidence::Engine::qemu ? "qemu" : "bochs",
                       one.outcome, one.diagnosis, one.points);
}

Result compare(const fs::path& folder, const std::vector<Expected>& expected,
               const LabGrade& grade) {
    Result result;
    for (const Expected& wanted : expected) {
        const Expected found = found_by(wanted.engine, grade);
        result.line += " " + in_words(found);
        if (in_words(wanted) != in_words(found)) {
            result.passed = false;
            result.why += fmt::format("  expected {}\n", in_words(wanted));
        }
    }
    const bool is_right = folder.parent_path().filename() == "variants";
    if (is_right && grade.verdict.points != grade.lab.points) {
        result.passed = false;
        result.why += "  a right answer has lost points\n";
    }
    if (report::json({.labs = {grade}}).find("root:") != std::string::npos) {
        result.passed = false;
        result.why += "  a file of the host shows in the report\n";
    }
    if (!result.passed) {
        result.why += report::text(grade, report::Style{false});
    }
    return result;
}

Result judge(const fs::path& folder, const std::vector<lab::Lab>& labs, evidence::Way way) {
    const lab::Lab& lab = lab_of(folder, labs);
    const std::vector<Expected> expected = read_expected(folder / "expected");
    std::vector<evidence::Engine> engines;
    for (const Expected& each : expected) {
        engines.push_back(each.engine);
    }
    grading::Grader grader{{.project = fs::current_path(),
                            .built = fs::current_path() / "build",
                            .submission = fs::absolute(folder),
                            .engines = engines,
                            .way = way},
                           checker::boot,
                           {}};
    return compare(folder, expected, grader.grade(std::span{&lab, 1}).labs.front());
}

evidence::Way way() {
    const char* said = std::getenv("SUBMISSIONS_WAY");
    const std::string name = said ? said : "rom";
    return name == "iso"   ? evidence::Way::iso
           : name == "elf" ? evidence::Way::elf
                           : evidence::Way::rom;
}

// False if one has failed.
bool judge_all(const std::vector<fs::path>& folders) {
    const std::vector<lab::Lab> labs = lab::discover(fs::current_path());
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> all_passed = true;
    std::mutex printing;
    const auto work = [&] {
        for (std::size_t i; (i = next++) < folders.size();) {
            Result result;
            try {
                result = judge(folders[i], labs, way());
            } catch (const std::exception& error) {
                result = {false, "", fmt::format("  {}\n", error.what())};
            }
            all_passed = all_passed && result.passed;
            const std::lock_guard lock{printing};
            fmt::print("{:<6} {}{}\n{}", result.passed ? "ok" : "FAILED", folders[i].string(),
                       result.line, result.why);
            std::fflush(stdout);
        }
    };
    std::vector<std::jthread> workers(std::max(1u, std::thread::hardware_concurrency()));
    for (std::jthread& worker : workers) {
        worker = std::jthread(work);
    }
    workers.clear();
    return all_passed;
}

}  // namespace

}  // namespace submissions

int main(int argc, char** argv) try {
    return submissions::judge_all({argv + 1, argv + argc}) ? 0 : 1;
} catch (const std::exception& error) {
    fmt::print(stderr, "submissions: {}\n", error.what());
    return 2;
}
