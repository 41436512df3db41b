#include "checker/process/fork_server.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <ctime>
#include <fmt/format.h>
#include <future>
#include <optional>
#include <sys/syscall.h>
#include <thread>

#include "checker/process/copies.h"
#include "checker/process/output.h"

// The library of preload/original.cc, taken into the program as it is; mk/checker.mk knows of it.
extern "C" const char _binary_original_so_start[], _binary_original_so_end[];

namespace process {

namespace {

constexpr std::size_t most_written = 1 << 20;  // bytes of each kind, before it is copied
constexpr auto patience = std::chrono::seconds{10};

}  // namespace

class ForkServer {
  public:
    ForkServer(ForkServers::Original original, const Given& given);
    ~ForkServer() {
        requests_.close();  // ends it
        end_.set_value();
    }

    Copy copy(const std::vector<std::string>& arguments, const Given& given);

  private:
    Written written() const;

    Descriptor requests_;
    std::map<int, Descriptor> for_copies_;  // what the original has in place of what they have
    std::optional<Written> written_;
    std::promise<void> end_;
    std::jthread keeper_;  // a child dies with the thread that starts it
};

ForkServer::ForkServer(ForkServers::Original original, const Given& given) {
    Command& command = original.command;
    SocketPair ends = SocketPair::make(SOCK_SEQPACKET);
    requests_ = std::move(ends.ours);
    for (const auto& [descriptor, number] : given) {
        if (std::ranges::find(command.descriptors, number, &Given::value_type::second) !=
            command.descriptors.end())
            continue;
        Descriptor& instead = for_copies_[number] = anonymous_memory(0);
        command.descriptors.emplace_back(duplicate(instead), number);
    }
    command.descriptors.emplace_back(std::move(ends.childs), requests_descriptor);
    command.descriptors.emplace_back(
        memory_with({_binary_original_so_start, _binary_original_so_end}), library_descriptor);
    command.environment.push_back("LD_PRELOAD=" + path_of(library_descriptor));
    if (original.copied_at_start)
        command.environment.push_back(
            fmt::format("{}={}", copied_at_start,
                        std::filesystem::path{command.arguments.at(0)}.filename().string()));
    command.largest_file = most_written;
    std::promise<void> started;
    keeper_ = std::jthread{[this, &started, &command] {
        std::optional<Process> program;
        try {
            program.emplace(Process::start(std::move(command)));
        } catch (...) {
            started.set_exception(std::current_exception());
            return;
        }
        started.set_value();
        end_.get_future().wait();
        program->wait(Clock::now() + std::chrono::seconds{1});
    }};
    started.get_future().get();
}

Copy ForkServer::copy(const std::vector<std::string>& arguments, const Given& given) {
    CopyRequest request;
    std::vector<int> descriptors;
    for (const auto& [descriptor, number] : given) {
        request.numbers.at(request.count++) = number;
        descriptors.push_back(descriptor.number());
    }
    for (const std::string& argument : arguments) {
        if (argument.size() >= request.arguments.size() - request.argument_bytes)
            throw std::length_error("arguments of a copy");
        std::ranges::copy(argument, &request.arguments.at(request.argument_bytes));
        request.argument_bytes += argument.size() + 1;
    }
    char byte = 0;
    std::array<int, 1> copy{};
    if (!Packet{&request, sizeof(request)}.send(requests_.number(), descriptors))
        throw NoCopy(true, written());
    if (!can_be_read(requests_, Clock::now() + patience))
        throw NoCopy(false, written());
    if (Packet{&byte, 1}.receive(requests_.number(), copy).empty())
        throw NoCopy(true, written());
    if (!written_)
        written_ = written();
    return {Descriptor{copy[0]}, *written_};
}

Written ForkServer::written() const {
    Written all;
    for (const auto& [number, memory] : for_copies_)
        all[number] = read_at_most(open_file(path_of(memory.number())), most_written).value_or("");
    return all;
}

NoCopy::NoCopy(bool its_end, Written before)
    : std::runtime_error(its_end ? "it has ended" : "it does not come to where it is copied"),
      has_ended(its_end),
      written(std::move(before)) {}

Copy::~Copy() {
    if (!process_.is_open())
        return;
    signal(SIGKILL);
    can_be_read(process_, Clock::now() + patience);  // its memory is free again
}

std::chrono::nanoseconds Copy::processor_time() const {
    const std::string known = contents_of(fmt::format("/proc/self/fdinfo/{}", process_.number()));
    const auto process = number_after(known, "Pid:\t", 10);
    clockid_t clock{};
    timespec used{};
    if (process && clock_getcpuclockid(static_cast<pid_t>(*process), &clock) == 0)
        clock_gettime(clock, &used);
    return std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
}

void Copy::signal(int number) const {
    syscall(SYS_pidfd_send_signal, process_.number(), number, nullptr, 0);
}

ForkServers::ForkServers() = default;
ForkServers::~ForkServers() = default;

Copy ForkServers::copy(const std::string& name, const std::function<Original()>& original,
                       const std::vector<std::string>& arguments, const Given& given) {
    std::unique_lock naming{naming_};
    auto& [in_use, server] = by_name_[name];
    naming.unlock();
    const std::lock_guard lock{in_use};
    try {
        if (!server)
            server = std::make_unique<ForkServer>(original(), given);
        return server->copy(arguments, given);
    } catch (...) {
        server.reset();  // the next call starts another
        throw;
    }
}

}  // namespace process
