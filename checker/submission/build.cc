#include "checker/submission/build.h"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <mutex>
#include <sys/file.h>
#include <thread>

#include "checker/engine/excerpt.h"
#include "checker/engine/process.h"
#include "checker/engine/reader.h"
#include "checker/error.h"

namespace submission {

using namespace std::chrono_literals;

namespace {

// A seam compiles in well below a second; a tree that was never built takes a minute on a small
// machine, but of that the student's files are no part.
constexpr auto seam_time = 30s;
constexpr auto reference_time = 15min;
constexpr auto compiler_processor_time = 20s;
constexpr std::uint64_t compiler_memory = 4ull << 30;
constexpr std::uint64_t largest_output_file = 256ull << 20;
constexpr std::size_t output_beginning = 64 * 1024, output_end = 4 * 1024;
constexpr std::size_t shown_output = 1000;

// MINE is make's: the labs whose seams are the student's own, beside the one that is checked.
std::vector<std::string> environment() {
    std::vector<std::string> all{"LC_ALL=C"};
    for (const char* name : {"CXX", "HOME", "TMPDIR", "MINE"})
        if (const char* value = std::getenv(name))
            all.push_back(fmt::format("{}={}", name, value));
    return all;
}

// make's own order keeps objects apart; two makes at once would write the shared ones twice.
class BuildLock {
  public:
    explicit BuildLock(const std::filesystem::path& project)
        : in_process_(mutex()),
          file_(open((project / "build/graded/make.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC,
                     0644)) {
        if (file_.is_open())
            flock(file_.number(), LOCK_EX);
    }

  private:
    static std::mutex& mutex() {
        static std::mutex one;
        return one;
    }
    std::lock_guard<std::mutex> in_process_;
    engine::Descriptor file_;
};

// What make says last is what failed.
std::string_view end_of(std::string_view output) {
    return output.substr(output.size() - std::min(output.size(), shown_output));
}

}  // namespace

Builder::Result Builder::run(std::vector<std::string> arguments, std::chrono::seconds time) const {
    engine::Excerpt output{output_beginning, output_end};
    engine::Pipe pipe = engine::Pipe::make();
    engine::Command command;
    command.arguments = {"make", "--no-print-directory", "--silent",
                         fmt::format("-j{}", std::max(1u, std::thread::hardware_concurrency()))};
    command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
    command.environment = environment();
    command.directory = project_;
    engine::Descriptor errors{fcntl(pipe.write.number(), F_DUPFD_CLOEXEC, 0)};
    command.descriptors.emplace_back(std::move(pipe.write), 1);
    command.descriptors.emplace_back(std::move(errors), 2);
    command.address_space = compiler_memory;
    command.largest_file = largest_output_file;
    command.processor_time = compiler_processor_time;
    command.isolated = false;
    try {
        engine::Process process = engine::Process::start(std::move(command));
        engine::Reader reader{std::move(pipe.read),
                              [&](std::string_view text) { output.append(text); }};
        const auto deadline = engine::Clock::now() + time;
        while (engine::Clock::now() < deadline && engine::read_some({&reader}, deadline)) {
        }
        const auto status = process.wait(deadline);
        return {status && status->signal == 0 && status->code == 0, status.has_value(),
                output.text()};
    } catch (const engine::StartError& error) {
        throw checker::Error(fmt::format("{}: install make, or run `make setup`", error.what()));
    }
}

void Builder::require_reference() const {
    const Result reference = run({"kernel", "MINE="}, reference_time);
    if (reference.built)
        return;
    throw checker::Error(
        fmt::format("the kernel does not build even with the reference solutions; run `make "
                    "kernel` to see why\n"
                    "{}",
                    end_of(reference.output)));
}

Builder::Result Builder::make(const std::string& target, std::span<const lab::Lab> labs,
                              const Workspace& workspace) const {
    std::vector<std::string> arguments{target, "BUILD=" + workspace.build()};
    for (const lab::Lab& lab : labs)
        arguments.push_back(fmt::format("SEAM_{}={}", lab.number, workspace.seam(lab)));
    return run(std::move(arguments), seam_time);
}

void Builder::make_kernel(std::span<const lab::Lab> labs, const Workspace& workspace,
                          const Renamed& names) const {
    const BuildLock lock{project_};
    // A tree that was never built is built first, in its own time.
    if (!std::filesystem::exists(project_ / "build/kernel.elf"))
        require_reference();
    if (make("kernel", labs, workspace).built)
        return;
    // Whose fault? Built once more, so that a source that changed meanwhile is nobody's.
    require_reference();
    const Result result = make("kernel", labs, workspace);
    if (result.built)
        return;
    if (!result.in_time)
        throw DoesNotBuild{{fmt::format("compiling takes longer than {} s", seam_time.count())}};
    std::vector<std::string> errors = first_errors(result.output, names, project_.string());
    if (errors.empty())
        errors.push_back(fmt::format(
            "the build failed without a message about these files; see make kernel SEAM_{}=DIR",
            labs.front().number));
    throw DoesNotBuild{std::move(errors)};
}

void Builder::make_iso(std::span<const lab::Lab> labs, const Workspace& workspace) const {
    const BuildLock lock{project_};
    const Result result = make("iso", labs, workspace);
    if (!result.built)
        throw checker::Error(
            fmt::format("the kernel builds, but not the CD that Bochs boots from; run `make iso` "
                        "to see why\n{}",
                        end_of(result.output)));
}

}  // namespace submission
