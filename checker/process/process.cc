#include "checker/process/process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
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

// Leaves open what the command names, under the numbers that it names, and nothing else. The
// child's ends are put out of the way first, so that none overwrites another.
bool place(const Given& descriptors) {
    constexpr int out_of_the_way = 200;
    std::array<int, 64> moved{};  // more than any program is given
    if (descriptors.size() > moved.size()) {
        errno = EMFILE;
        return false;
    }
    for (std::size_t i = 0; i < descriptors.size(); ++i) {
        moved[i] = fcntl(descriptors[i].first.number(), F_DUPFD_CLOEXEC, out_of_the_way);
        if (moved[i] < 0)
            return false;
    }
    // What whoever started the checker left open, for instance make's.
    syscall(SYS_close_range, 3, ~0u, CLOSE_RANGE_CLOEXEC);
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int standard = 0; standard <= 2; ++standard)
        dup2(null, standard);
    for (std::size_t i = 0; i < descriptors.size(); ++i)
        if (dup2(moved[i], descriptors[i].second) < 0)
            return false;
    return true;
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (const std::string& string : strings)
        result.push_back(const_cast<char*>(string.c_str()));  // execve's type, not its habit
    result.push_back(nullptr);
    return result;
}

// What a child is to become. It has this process's memory until it is, or has failed.
struct Birth {
    const Command& command;
    const std::string& program;
    int namespaces = 0;  // of its own, as flags for clone()
    std::vector<char*> arguments = pointers(command.arguments);
    std::vector<char*> environment = pointers(command.environment);
    int ready = -1, go = -1, parents_go = -1;  // pipes, by their numbers: only those are its own
    std::array<std::string, 2> identity = {fmt::format("{0} {0} 1", geteuid()),
                                           fmt::format("{0} {0} 1", getegid())};
    int error = 0;
};

bool write_to(const char* file, std::string_view text) {
    const int number = open(file, O_WRONLY | O_CLOEXEC);
    const bool written =
        write(number, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    close(number);
    return written;
}

// In a namespace of users the child is who it was before.
bool keep_identity(const Birth& birth) {
    return (birth.namespaces & CLONE_NEWUSER) == 0 ||
           (write_to("/proc/self/uid_map", birth.identity[0]) &&
            write_to("/proc/self/setgroups", "deny") &&
            write_to("/proc/self/gid_map", birth.identity[1]));
}

// Has the child killed when the thread that starts it ends, and makes sure that it has not before:
// that one answers.
bool die_with_parent(const Birth& birth) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Out of the way of what is to be placed; that it is closed says that the program has begun.
    constexpr int out_of_the_way = 400;
    const int ready = fcntl(birth.ready, F_DUPFD_CLOEXEC, out_of_the_way);
    close(birth.ready);
    close(birth.parents_go);
    char byte = 0;
    return write(ready, &byte, 1) == 1 && read(birth.go, &byte, 1) == 1;
}

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
    if (!keep_identity(birth) || !die_with_parent(birth))      // after unshare, which would undo it
        return errno;
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
    execve(birth.program.c_str(), birth.arguments.data(), birth.environment.data());
    return errno;
}

int be_born(void* birth) {
    auto& its = *static_cast<Birth*>(birth);
    its.error = become(its);
    return 127;
}

// A fork() would copy the tables of all of this process's memory, and throw the copy away at once:
// instead the calling thread waits for the child to be the program. No signal is handled
// meanwhile, for the child would do so in this memory.
pid_t bear(Birth& birth) {
    std::vector<std::byte> stack(std::size_t{64} << 10);
    Pipe ready = Pipe::make(), go = Pipe::make();
    birth.ready = ready.write.number();
    birth.go = go.read.number();
    birth.parents_go = go.write.number();
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid =
        clone(be_born, stack.data() + stack.size(), CLONE_VM | SIGCHLD | birth.namespaces, &birth);
    if (pid < 0)
        birth.error = errno;
    ready.write.close();
    go.read.close();
    char byte = 0;
    if (pid > 0 && read(ready.read.number(), &byte, 1) == 1 &&
        write(go.write.number(), &byte, 1) == 1)
        while (read(ready.read.number(), &byte, 1) > 0) {
        }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return pid;
}

// bubblewrap asks to die with its parent only after it has made its child, and that one last of
// all: if the checker is killed before, either would stay. So both are in a namespace of processes
// whose first one bubblewrap is; with that one, all of it ends. Nothing where this system refuses
// it.
int enclosing_namespaces() {
    static const int possible = [] {
        const int wanted = CLONE_NEWPID | (geteuid() == 0 ? 0 : CLONE_NEWUSER);
        const std::string nothing = find_program("true").string();
        const Command command{.arguments = {nothing}};
        Birth birth{command, nothing, wanted};
        const pid_t pid = bear(birth);
        return waitpid(pid, nullptr, 0) == pid && birth.error == 0 ? wanted : 0;
    }();
    return possible;
}

// Puts bubblewrap before the command, to be started instead.
void put_into_sandbox(Command& command, std::string& program) {
    const std::vector<std::string> words = sandbox_words(*command.sandbox);
    command.arguments[0] = std::exchange(program, find_program(words[0]));
    command.arguments.insert(command.arguments.begin(), words.begin(), words.end());
    if (program.empty())
        throw StartError(words[0], ENOENT);
}

}  // namespace

void limit(int resource, std::uint64_t value) {
    const rlimit limits{value, value};
    setrlimit(static_cast<__rlimit_resource_t>(resource), &limits);
}

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

Process Process::start(Command command) {
    std::string program = find_program(command.arguments.at(0));
    if (program.empty())
        throw StartError(command.arguments[0], ENOENT);
    if (command.sandbox)
        put_into_sandbox(command, program);
    command.environment.push_back("PATH=" + (command.sandbox ? "/usr/bin:/bin" : search_path()));
    prctl(PR_SET_CHILD_SUBREAPER, 1);  // what a child leaves behind becomes ours to reap
    Birth birth{command, program, command.sandbox ? enclosing_namespaces() : 0};
    Process process{std::max(bear(birth), 0)};
    if (birth.error != 0)
        throw StartError(command.arguments[0], birth.error);
    command.descriptors.clear();  // only the child has them now
    return process;
}

std::optional<ExitStatus> Process::wait(Clock::time_point deadline) {
    if (status_ || pid_ == 0)
        return status_;
    const Descriptor ended{static_cast<int>(syscall(SYS_pidfd_open, pid_, 0))};
    if (can_be_read(ended, deadline))
        kill();
    return status_;
}

void Process::kill() {
    if (pid_ == 0 || status_)
        return;
    ::kill(-pid_, SIGKILL);  // the child, unless it has ended, and whatever it started
    int raw = 0xff << 8;     // a failure, if somebody else has reaped it
    rusage used{};
    wait4(pid_, &raw, 0, &used);
    while (waitpid(-pid_, nullptr, 0) > 0) {  // a compiler's own children
    }
    const auto time_of = [](const timeval& time) -> std::chrono::duration<double> {
        return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
    };
    const bool by_signal = WIFSIGNALED(raw);
    status_ = {by_signal ? 0 : WEXITSTATUS(raw), by_signal ? WTERMSIG(raw) : 0,
               time_of(used.ru_utime) + time_of(used.ru_stime)};
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
