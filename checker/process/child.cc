#include "checker/process/child.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace process {

void limit(int resource, std::uint64_t value) {
    const rlimit limits{value, value};
    setrlimit(static_cast<__rlimit_resource_t>(resource), &limits);
}

namespace {

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
    int namespaces = 0;                        // of its own, as flags for clone()
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
    execve(birth.program.c_str(), birth.arguments, birth.environment);
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
        std::array<char*, 2> arguments{const_cast<char*>(nothing.c_str()), nullptr};
        Birth birth{command, nothing, arguments.data(), arguments.data() + 1, wanted};
        const pid_t pid = bear(birth);
        return waitpid(pid, nullptr, 0) == pid && birth.error == 0 ? wanted : 0;
    }();
    return possible;
}

}  // namespace

Child start_child(const Command& command, const std::string& program, char* const* arguments,
                  char* const* environment) {
    const int namespaces = command.sandbox ? enclosing_namespaces() : 0;
    Birth birth{command, program, arguments, environment, namespaces};
    const pid_t pid = bear(birth);
    return {std::max(pid, 0), birth.error};
}

}  // namespace process
