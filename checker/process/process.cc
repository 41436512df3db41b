#include "checker/process/process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <sstream>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>

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

void limit(int resource, std::uint64_t value) {
    const rlimit limits{value, value};
    setrlimit(static_cast<__rlimit_resource_t>(resource), &limits);
}

// Leaves open what the command names, under the numbers that it names, and nothing else. The
// child's ends are put out of the way first, so that none overwrites another.
bool place(const std::vector<std::pair<Descriptor, int>>& descriptors) {
    constexpr int out_of_the_way = 200;
    for (const auto& [from, to] : descriptors)
        if (fcntl(from.number(), F_DUPFD_CLOEXEC, out_of_the_way + to) != out_of_the_way + to)
            return false;
    // What whoever started the checker left open, for instance make's.
    syscall(SYS_close_range, 3, ~0u, CLOSE_RANGE_CLOEXEC);
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int standard = 0; standard <= 2; ++standard)
        dup2(null, standard);
    return std::ranges::all_of(descriptors, [](const auto& pair) {
        return dup2(out_of_the_way + pair.second, pair.second) >= 0;
    });
}

// What a child is to become. It has this process's memory until it is, or has failed.
struct Birth {
    const Command& command;
    const std::string& program;
    char* const* arguments;
    char* const* environment;
    pid_t parent;
    int error = 0;
};

// Returns the error that kept the program from being started. Nothing but system calls: another
// thread may hold any lock.
int become(const Birth& birth) {
    const Command& command = birth.command;
    setsid();  // a group of its own, and no terminal
    // Before descriptors are moved, perhaps over its own.
    if (command.confinement && !command.confinement->apply())
        return errno;
    if (command.isolated && !command.sandbox)
        unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC);  // no network, where a user may
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // after unshare, which would clear it
    if (getppid() != birth.parent)     // it has died before
        return ESRCH;
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    for (int number = 1; number < SIGRTMIN; ++number)
        signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    if (!place(command.descriptors) ||
        (!command.directory.empty() && chdir(command.directory.c_str()) != 0))
        return errno;
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, command.largest_file);
    if (command.address_space != 0)
        limit(RLIMIT_AS, command.address_space);
    if (command.processor_time.count() != 0)
        limit(RLIMIT_CPU, static_cast<std::uint64_t>(command.processor_time.count()));
    execve(birth.program.c_str(), birth.arguments, birth.environment);
    return errno;
}

int be_born(void* birth) {
    auto& its = *static_cast<Birth*>(birth);
    its.error = become(its);
    return 127;
}

// A fork() would copy the tables of all of this process's memory, and throw the copy away at once:
// instead the calling thread waits for the child to be the program, as vfork() has it. No signal is
// handled meanwhile, for the child would do so in this memory.
pid_t start_child(Birth& birth) {
    std::vector<std::byte> stack(std::size_t{64} << 10);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid = clone(be_born, stack.data() + stack.size(),
                            CLONE_VM | CLONE_VFORK | SIGCHLD, &birth);
    const int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (pid < 0)
        throw std::system_error(error, std::generic_category(), "clone");
    return pid;
}

}  // namespace

StartError::StartError(const std::string& program, int error)
    : std::runtime_error(program + ": " + std::generic_category().message(error)),
      not_found(error == ENOENT) {}

Reader read_from(Command& command, int number, Reader::Sink sink) {
    Pipe pipe = Pipe::make();
    command.descriptors.emplace_back(std::move(pipe.write), number);
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

// Puts bubblewrap before the command, to be started instead; it tells the number of its child.
Descriptor put_into_sandbox(Command& command, std::string& program) {
    constexpr int told = 90;
    command.arguments[0] = std::exchange(program, find_program(sandbox_words({}, told)[0]));
    const std::vector<std::string> words = sandbox_words(*command.sandbox, told);
    command.arguments.insert(command.arguments.begin(), words.begin(), words.end());
    if (program.empty())
        throw StartError(words[0], ENOENT);
    Pipe pipe = Pipe::make();
    command.descriptors.emplace_back(std::move(pipe.write), told);
    return std::move(pipe.read);
}

// 0 where bubblewrap failed, and has said why.
pid_t number_told(const Descriptor& from) {
    Excerpt told{4096, 0};
    std::array<Reader, 1> reader{Reader{duplicate(from), [&](auto bytes) { told.append(bytes); }}};
    while (read_some(reader, Clock::time_point::max())) {  // to its end: it writes on
    }
    return static_cast<pid_t>(number_after(told.text(), "\"child-pid\": ", 10).value_or(0));
}

}  // namespace

Process Process::start(Command command) {
    std::string program = find_program(command.arguments.at(0));
    if (program.empty())
        throw StartError(command.arguments[0], ENOENT);
    Descriptor told;
    if (command.sandbox)
        told = put_into_sandbox(command, program);
    command.environment.push_back("PATH=" + search_path());
    const std::vector<char*> arguments = pointers(command.arguments);
    const std::vector<char*> environment = pointers(command.environment);
    prctl(PR_SET_CHILD_SUBREAPER, 1);  // what a child leaves behind becomes ours to reap
    Birth birth{command, program, arguments.data(), environment.data(), getpid()};
    Process process{start_child(birth)};
    if (birth.error != 0)
        throw StartError(command.arguments[0], birth.error);
    command.descriptors.clear();  // only the child has them now
    if (told.is_open())
        process.inner_ = number_told(told);
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

std::chrono::nanoseconds Process::processor_time() const {
    clockid_t clock;
    timespec used{};
    if (inner_ != 0 && !status_ && clock_getcpuclockid(inner_, &clock) == 0)
        clock_gettime(clock, &used);
    return std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
}

void Process::signal(int number) const {
    if (inner_ != 0 && !status_)
        ::kill(inner_, number);
}

void Process::kill() {
    if (pid_ == 0 || status_)
        return;
    ::kill(-pid_, SIGKILL);  // the child, unless it has ended, and whatever it started
    int raw = 0;
    waitpid(pid_, &raw, 0);
    while (waitpid(-pid_, nullptr, 0) > 0) {  // a compiler's own children
    }
    if (inner_ > 0 && inner_ != pid_ && WIFSIGNALED(raw))
        waitpid(inner_, nullptr, 0);  // wherever it has gone, it died with its parent
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
    Reader reader = read_from(command, 1, [&](auto bytes) { output.append(bytes); });
    command.descriptors.emplace_back(duplicate(command.descriptors.back().first), 2);
    Process process = Process::start(std::move(command));
    const auto deadline = Clock::now() + time;
    while (Clock::now() < deadline && read_some({&reader, 1}, deadline)) {
    }
    return {process.wait(deadline), output.text()};
}

}  // namespace process
