#include "checker/submission/build.h"

#include <algorithm>
#include <fmt/format.h>
#include <thread>

#include "checker/error.h"
#include "checker/process/output.h"
#include "checker/process/process.h"

namespace submission {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using process::Walls;

namespace {

// A seam compiles in well below a second, into less than 100 KiB. On a machine that is busy, which
// is not the student's fault, a second of work may take ten.
constexpr auto most_time = 60s, most_processor_time = 2s;  // of one process
// Of all files of a lab, and of the kernel's linking.
constexpr std::chrono::duration<double> most_for_compiling = 2500ms, most_for_linking = 1s;
constexpr std::uint64_t most_memory = 512ull << 20;  // of each of g++'s two processes
constexpr std::uint64_t largest_object = 4ull << 20, largest_iso = 64ull << 20;
constexpr const char* beyond_limits =
    "this takes too much to build: a lab's files take at most 2.5 s of processor time together, "
    "and "
    "1 s to link; each of them at most 512 MiB of memory, and 4 MiB for its object";

// Killed for what it used, as bubblewrap says of its child, and a driver of its own; or by its own
// word: of g++, ld and NASM.
bool reached_a_limit(const process::Finished& run) {
    constexpr std::array<std::string_view, 6> words{"memory exhausted",        "out of memory",
                                                    "Cannot allocate memory",  "Killed signal",
                                                    "CPU time limit exceeded", "File too large"};
    return run.status->was_killed() || std::ranges::any_of(words, [&](std::string_view word) {
               return process::contains(run.output, word);
           });
}

std::string last_line(std::string_view output, const guest::Names& names) {
    std::string_view last;
    while (const auto line = process::take_line(output))
        if (!line->empty())
            last = *line;
    return last.empty() ? "the build failed and said nothing"
                        : "the build failed, and said: " + guest::renamed(std::string{last}, names);
}

bool is_below(const fs::path& path, const fs::path& folder) {
    const fs::path way =
        fs::weakly_canonical(path).lexically_relative(fs::weakly_canonical(folder));
    return !way.empty() && *way.begin() != "..";
}

// Compilers say a full disk in the student's name.
void require_space(const fs::path& folder) {
    constexpr std::uintmax_t enough = 16u << 20;
    std::error_code problem;
    const fs::space_info space = fs::space(folder, problem);
    if (!problem && space.available < enough)
        throw checker::Error(fmt::format("the disk of {} is full", folder.string()));
}

// What took too long together is not there for the next time either.
void require_below(std::chrono::duration<double> most, std::chrono::duration<double> used,
                   const fs::path& project, std::span<const std::string> made) {
    if (used <= most)
        return;
    for (const std::string& file : made)
        fs::remove(project / file);
    throw DoesNotBuild{{beyond_limits}};
}

// A command: the program as it is, and its arguments.
std::string text_of(const Arguments& arguments) {
    return fmt::format("{}{}\n",
                       identity(fs::weakly_canonical(process::find_program(arguments.at(0)))),
                       fmt::join(arguments, "\n"));
}

}  // namespace

Walls walls_for(Possible possible, bool own, bool trusted) {
    if (!own && possible.sandbox)
        return Walls::sandbox;
    if (!own && !trusted)
        throw checker::Error(
            "no sandbox can be made here for what somebody else wrote: bubblewrap is not installed "
            "(`make setup`, or apt install bubblewrap), or this system lets nobody make "
            "namespaces, as many containers do. Grade where it can be made; or, if you trust "
            "whoever wrote "
            "these files, say --trust (TRUST=yes for make)");
    return possible.landlock ? Walls::landlock : Walls::none;
}

Builder::Builder(fs::path project, fs::path built, Walls walls)
    : project_(std::move(project)),
      given_code_(project_, std::move(built)),
      walls_(walls),
      tools_(std::max(1u, std::thread::hardware_concurrency())) {}

std::shared_ptr<const Given> Builder::given(bool anew) const {
    const std::lock_guard lock{giving_};
    if (!given_ || anew)
        given_ = std::make_shared<const Given>(given_code_.read());
    return given_;
}

process::Finished Builder::run_confined(Arguments arguments, process::Access access,
                                        const Workspace& workspace) const {
    const Place place{tools_};
    process::Command command{
        .arguments = std::move(arguments),
        .environment = {fmt::format("TMPDIR={}",
                                    walls_ == Walls::sandbox ? "/tmp" : workspace.objects()),
                        "HOME=/tmp", "CCACHE_DISABLE=1"},
        .directory = project_,
        .address_space = most_memory,
        .largest_file = largest_object,
        .processor_time = most_processor_time};
    if (walls_ == Walls::none)
        return run_tool(std::move(command), most_time);
    for (const fs::path& each : process::needs_of(given()->compile.at(0))) {
        if (is_below(project_, each))
            throw checker::Error(fmt::format(
                "{} has to be readable for compilers, so the project must not lie there; move it",
                each.string()));
        access.read.push_back(each);
    }
    if (walls_ == Walls::sandbox)
        command.sandbox = process::Sandbox{std::move(access)};
    else
        command.confinement.emplace(access);
    return run_tool(std::move(command), most_time);
}

process::Finished Builder::make_once(const Plan& plan, const Workspace& workspace) const {
    Job job = plan(*given());
    job.access.write = {job.output.parent_path()};
    return make_from(job.made_from, job.output, [&] {
        return run_confined(std::move(job.arguments), std::move(job.access), workspace);
    });
}

std::chrono::duration<double> Builder::make(Tool tool, const Plan& plan, const Workspace& workspace,
                                            const guest::Names& names) const {
    process::Finished run = make_once(plan, workspace);
    if (!run.succeeded() && !given_code_.is_current()) {
        // A given source that has changed meanwhile is nobody's fault.
        given(true);
        run = make_once(plan, workspace);
    }
    if (run.succeeded())
        return run.status->processor_time;
    require_space(project_ / workspace.folder());
    if (!run.status)
        throw DoesNotBuild{{fmt::format("compiling takes longer than {} s", most_time.count())}};
    std::vector<std::string> errors = first_errors(run.output, tool, names);
    if (errors.empty())
        errors.push_back(reached_a_limit(run) ? beyond_limits : last_line(run.output, names));
    throw DoesNotBuild{std::move(errors)};
}

Builder::Job Builder::compiling(const Given& given, std::span<const SeamFile> files,
                                const std::string& folder, const SeamFile& file,
                                const std::string& object) const {
    const bool assembly = file.name.ends_with(".asm");
    Job job{assembly ? given.assemble : given.compile, project_ / object, {}, {given.headers, {}}};
    if (!assembly)
        job.arguments.insert(job.arguments.end(), {"-pipe", "-c"});
    job.arguments.insert(job.arguments.end(),
                         {fmt::format("{}/{}", folder, file.name), "-o", object});
    job.access.read.push_back(project_ / folder);
    job.made_from = text_of(job.arguments) + given.headers_identity;
    for (const SeamFile& each : files)  // they may include each other
        job.made_from += each.content;
    return job;
}

Seam Builder::compile(const lab::Lab& lab, std::span<const SeamFile> files,
                      const Workspace& workspace, const guest::Names& names) const {
    Seam seam{lab.number, {}, {}};
    const std::string folder = fmt::format("{}/{}", workspace.seams(), lab.directory);
    std::chrono::duration<double> used{};
    for (const SeamFile& file : files) {
        const std::string object = fmt::format("{}/{}.o", workspace.objects(), file.name);
        used += make(
            file.name.ends_with(".asm") ? Tool::assembler : Tool::compiler,
            [&](const Given& its) { return compiling(its, files, folder, file, object); },
            workspace, names);
        seam.objects.push_back(object);
        require_below(most_for_compiling, used, project_, seam.objects);
        if (file.from_starter)
            seam.from_starter.push_back(file.name);
    }
    return seam;
}

Builder::Job Builder::linking(const Given& given, std::span<const Seam> seams,
                              const Workspace& workspace) const {
    std::vector<std::string> objects{given.code};
    for (const auto& [lab, reference] : given.reference) {
        const auto own = std::ranges::find(seams, lab, &Seam::lab);
        const std::vector<std::string>& its = own == seams.end() ? reference : own->objects;
        objects.insert(objects.end(), its.begin(), its.end());
    }
    const fs::path script = project_ / "kernel/kernel.ld";
    const fs::path kernel = workspace.kernel_elf();
    Job job{given.link, kernel, {}, {{script}, {}}};
    job.arguments.insert(job.arguments.end(), objects.begin(), objects.end());
    job.arguments.insert(job.arguments.end(), {"-o", kernel.lexically_relative(project_).string()});
    job.made_from = text_of(job.arguments) + identity(script);
    for (const std::string& object : objects) {
        job.made_from += identity(project_ / object);
        job.access.read.push_back(project_ / object);
    }
    return job;
}

void Builder::link(std::span<const Seam> seams, const Workspace& workspace,
                   const guest::Names& names) const {
    const auto used = make(
        Tool::linker, [&](const Given& its) { return linking(its, seams, workspace); }, workspace,
        names);
    require_below(most_for_linking, used, project_, std::array{workspace.kernel_elf().string()});
}

bool Builder::can_be_read(std::span<const Seam> seams, const Workspace& workspace) const {
    return submission::can_be_read(project_, seams, project_ / given()->code,
                                   workspace.kernel_elf());
}

void Builder::make_iso(const Workspace& workspace) const {
    const fs::path kernel = workspace.kernel_elf(), iso = workspace.iso();
    const fs::path content = project_ / workspace.linked() / "iso";
    Arguments arguments = given()->make_iso;
    arguments.insert(arguments.end(), {"-o", iso.string(), content.string()});
    const auto made = make_from(text_of(arguments) + identity(kernel), iso, [&] {
        fs::create_directories(content / "boot/grub");
        fs::copy_file(project_ / "mk/grub.cfg", content / "boot/grub/grub.cfg",
                      fs::copy_options::overwrite_existing);
        const fs::path stripped = (content / "boot/sipi.elf").lexically_relative(project_);
        process::Finished run = run_confined(
            {"strip", "-o", stripped.string(), kernel.lexically_relative(project_).string()},
            {{}, {project_ / workspace.linked()}}, workspace);
        return run.succeeded() ? run_tool({.arguments = std::move(arguments),
                                           .directory = project_,
                                           .address_space = most_memory,
                                           .largest_file = largest_iso,
                                           .processor_time = most_processor_time},
                                          most_time)
                               : run;
    });
    if (!made.succeeded())
        throw checker::Error(
            fmt::format("the kernel builds, but not the CD to boot it from; run `make iso` to see "
                        "why\n{}",
                        made.output));
}

}  // namespace submission
