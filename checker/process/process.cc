#include "checker/process/process.h"

#include <cerrno>
#include <csignal>
#include <fstream>
#include <poll.h>
#include <sstream>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>

#include "checker/process/child.h"
#include "checker/process/output.h"

namespace process {

namespace {

std::string search_path() {
    const char* path = std::getenv("PATH");
    return path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (const std::string& string : strings)
        result.push_back(const_cast<char*>(string.c_str()));  // execve's type, not its habit
    result.push_back(nullptr);
    return result;
}

}  // namespace

StartError::StartError(const std::string& program, int error)
    : std::runtime_error(program + ": " + std::generic_category().message(error)),
      not_found(error == ENOENT) {}

Reader read_from(Given& given, int number, Reader::Sink sink) {
    Pipe pipe = Pipe::make();
    given.emplace_back(std::move(pipe.write), number);
    return {std::move(pipe.read), std::move(sink)};
}

std::filesystem::path find_program(const std::string& name) {
    if (name.find('/') != std::string::npos)
        return name;
    std::istringstream folders{search_path()};
    for (std::string folder; std::getline(folders, folder, ':');) {
        std::filesystem::path candidate = std::filesystem::path{folder} / name;
        std::error_code problem;
        // The child may work in a folder that somebody else filled: nothing is taken from there.
        if (candidate.is_absolute() && access(candidate.c_str(), X_OK) == 0 &&
            !std::filesystem::is_directory(candidate, problem))
            return candidate;
    }
    return {};
}

namespace {

// Puts bubblewrap before the command, to be started instead.
void put_into_sandbox(Command& command, std::string& program) {
    const std::vector<std::string> words = sandbox_words(*command.sandbox);
    command.arguments[0] = std::exchange(program, find_program(words[0]));
    command.arguments.insert(command.arguments.begin(), words.begin(), words.end());
    if (program.empty())
        throw StartError(words[0], ENOENT);
}

}  // namespace

Process Process::start(Command command) {
    std::string program = find_program(command.arguments.at(0));
    if (program.empty())
        throw StartError(command.arguments[0], ENOENT);
    if (command.sandbox)
        put_into_sandbox(command, program);
    command.environment.push_back("PATH=" + search_path());
    const std::vector<char*> arguments = pointers(command.arguments);
    const std::vector<char*> environment = pointers(command.environment);
    prctl(PR_SET_CHILD_SUBREAPER, 1);  // what a child leaves behind becomes ours to reap
    const Child child = start_child(command, program, arguments.data(), environment.data());
    Process process{child.pid};
    if (child.error != 0)
        throw StartError(command.arguments[0], child.error);
    command.descriptors.clear();  // only the child has them now
    return process;
}

std::optional<ExitStatus> Process::wait(Clock::time_point deadline) {
    if (status_ || pid_ == 0)
        return status_;
    const Descriptor ended{static_cast<int>(syscall(SYS_pidfd_open, pid_, 0))};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd poller{ended.number(), POLLIN, 0};
    if (poll(&poller, 1, static_cast<int>(std::max<decltype(left)>(left, 0))) == 1)
        kill();
    return status_;
}

void Process::kill() {
    if (pid_ == 0 || status_)
        return;
    ::kill(-pid_, SIGKILL);  // the child, unless it has ended, and whatever it started
    int raw = 0;
    waitpid(pid_, &raw, 0);
    while (waitpid(-pid_, nullptr, 0) > 0) {  // a compiler's own children
    }
    status_ = WIFSIGNALED(raw) ? ExitStatus{0, WTERMSIG(raw)} : ExitStatus{WEXITSTATUS(raw), 0};
}

bool survives(const std::function<void()>& work, std::chrono::seconds processor_time,
              std::uint64_t memory) {
    std::uint64_t pages = 0;
    std::ifstream{"/proc/self/statm"} >> pages;
    const pid_t pid = fork();
    if (pid < 0)
        throw std::system_error(errno, std::generic_category(), "fork");
    if (pid == 0) {
        limit(RLIMIT_CORE, 0);
        limit(RLIMIT_CPU, static_cast<std::uint64_t>(processor_time.count()));
        limit(RLIMIT_AS, pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) + memory);
        for (const int deadly : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
            signal(deadly, SIG_DFL);  // a sanitizer would say it
        try {
            work();
        } catch (...) {
            _exit(1);
        }
        _exit(0);
    }
    int raw = 0;
    while (waitpid(pid, &raw, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(raw) && WEXITSTATUS(raw) == 0;
}

Finished run(Command command, Clock::duration time) {
    constexpr std::size_t output_beginning = 64 * 1024, output_end = 4 * 1024;
    Excerpt output{output_beginning, output_end};
    Reader reader = read_from(command.descriptors, 1, [&](auto bytes) { output.append(bytes); });
    command.descriptors.emplace_back(duplicate(command.descriptors.back().first), 2);
    Process process = Process::start(std::move(command));
    const auto deadline = Clock::now() + time;
    while (Clock::now() < deadline && read_some({&reader, 1}, deadline)) {
    }
    return {process.wait(deadline), output.text()};
}

}  // namespace process
