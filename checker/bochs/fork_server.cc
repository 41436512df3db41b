#include "checker/bochs/fork_server.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fmt/format.h>
#include <future>
#include <iterator>
#include <optional>
#include <poll.h>
#include <string_view>
#include <sys/syscall.h>
#include <system_error>
#include <thread>

#include "checker/bochs/config.h"
#include "checker/bochs/copies.h"
#include "checker/process/output.h"
#include "checker/process/process.h"

// The library of inside/original.cc, taken into the program as it is; mk/checker.mk knows of it.
extern "C" const char _binary_original_so_start[], _binary_original_so_end[];

namespace bochs {

namespace {

using process::Clock;
using process::Descriptor;

constexpr std::uint64_t own_memory = std::uint64_t{2} << 30;  // mostly address space
constexpr std::size_t option_rom_unit = 512;
constexpr std::size_t most_said = 1 << 20;  // bytes of each kind, before its prompt
// It fills tables of some 80 MB, which come sooner in large pages. And it compares each name of its
// state with all before it: of glibc's ways to compare, the plain one is the fastest for short
// ones.
constexpr const char* quick_start =
    "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-SSE4_2:glibc.malloc.hugetlb=1";

bool can_be_read(const Descriptor& socket, Clock::duration time) {
    pollfd poller{socket.number(), POLLIN, 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(time).count();
    return poll(&poller, 1, static_cast<int>(left)) == 1;
}

std::string text_of(const Descriptor& memory) {
    const Descriptor again = process::open_file(process::path_of(memory.number()));
    return process::read_at_most(again, most_said).value_or("");
}

}  // namespace

class ForkServer {
  public:
    explicit ForkServer(const engine::Request& request);
    ForkServer(const ForkServer&) = delete;
    ForkServer& operator=(const ForkServer&) = delete;
    ~ForkServer() { end_.set_value(); }

    Copy copy(const Given& given) const;

  private:
    std::string why_it_failed() const;

    Descriptor requests_;
    Descriptor log_ = process::anonymous_memory(0), errors_ = process::anonymous_memory(0);
    std::promise<void> end_;
    std::jthread keeper_;  // a child dies with the thread that starts it
};

ForkServer::ForkServer(const engine::Request& request) {
    const bool by_rom = request.way == evidence::Way::rom;
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
        throw std::system_error(errno, std::generic_category(), "socketpair");
    requests_ = Descriptor{ends[0]};
    process::Command command{
        .arguments = {"bochs", "-q", "-f", process::path_of(config_descriptor)},
        .environment = {"LC_ALL=C", "TERM=xterm", quick_start,
                        "LD_PRELOAD=" + process::path_of(library_descriptor)},
        .directory = "/",
        .address_space = (std::uint64_t{request.memory_mib} << 20) + own_memory,
        .largest_file = most_said,
    };
    if (request.sandboxed)
        command.sandbox = engine::sandbox_for(command.arguments[0], request);
    std::ranges::copy(debugger_options(), std::back_inserter(command.arguments));
    const auto give = [&](Descriptor descriptor, int number) {
        command.descriptors.emplace_back(std::move(descriptor), number);
    };
    const auto give_text = [&](std::string_view text, int number) {
        give(process::anonymous_memory(0), number);
        process::replace_text(command.descriptors.back().first, text);
    };
    give(Descriptor{ends[1]}, requests_descriptor);
    give_text({_binary_original_so_start, _binary_original_so_end}, library_descriptor);
    give_text(config(request), config_descriptor);
    give(duplicate(errors_), 2);
    give(duplicate(log_), log_descriptor);
    // Each copy has its own instead of these.
    for (const int number : {0, 1, serial_descriptor, batch_descriptor})
        give_text("", number);
    if (by_rom) {
        give(process::open_file(request.firmware), rom_descriptor);
        give(process::anonymous_memory(option_rom_unit), vga_descriptor);
        for (int i = 0; i < most_images; ++i)
            give(process::anonymous_memory(image_size), image_descriptor + i);
    } else {
        give(process::open_file(request.iso), iso_descriptor);
    }
    std::promise<void> started;
    keeper_ = std::jthread{[this, &started, &command] {
        std::optional<process::Process> bochs;
        try {
            bochs.emplace(process::Process::start(std::move(command)));
            started.set_value();
        } catch (...) {
            started.set_exception(std::current_exception());
        }
        end_.get_future().wait();
    }};
    try {
        started.get_future().get();
    } catch (...) {
        end_.set_value();
        throw;
    }
}

Copy ForkServer::copy(const Given& given) const {
    CopyRequest request;
    std::vector<int> descriptors;
    for (const auto& [descriptor, number] : given) {
        request.numbers.at(request.count++) = number;
        descriptors.push_back(descriptor.number());
    }
    char byte = 0;
    std::array<int, 1> copy{};
    if (!Packet{&request, sizeof(request)}.send(requests_.number(), descriptors))
        throw NoPrompt(why_it_failed());
    if (!can_be_read(requests_, engine::patience))
        throw NoPrompt(
            "Bochs shows no prompt; the checker needs one that was built with its "
            "debugger, such as Debian's 2.7 and later");
    if (Packet{&byte, 1}.receive(requests_.number(), copy).empty())
        throw NoPrompt(why_it_failed());
    return {Descriptor{copy[0]}, text_of(log_)};
}

std::string ForkServer::why_it_failed() const {
    Log log;
    log.append(text_of(log_));
    return why_it_ended(log, text_of(errors_));
}

std::string why_it_ended(const Log& log, std::string_view errors) {
    if (!log.panic().empty())
        return fmt::format("Bochs gave up: {}", log.panic());
    const auto message = process::after(errors, "exiting with the following message:\n");
    return fmt::format("Bochs ended by itself: {}",
                       message ? message->substr(0, message->find('\n')) : errors);
}

Copy::~Copy() {
    if (!process_.is_open())
        return;
    signal(SIGKILL);
    can_be_read(process_, engine::patience);  // its memory is free again
}

void Copy::signal(int number) const {
    syscall(SYS_pidfd_send_signal, process_.number(), number, nullptr, 0);
}

ForkServers::ForkServers() = default;
ForkServers::~ForkServers() = default;

Copy ForkServers::copy(const engine::Request& request, const Given& given) {
    const std::lock_guard lock{starting_};
    const bool by_iso = request.way == evidence::Way::iso;
    std::unique_ptr<ForkServer>& server = by_configuration_[fmt::format(
        "{} {}\n{}", request.sandboxed, by_iso ? request.iso.string() : "", config(request))];
    try {
        if (!server)
            server = std::make_unique<ForkServer>(request);
        return server->copy(given);
    } catch (...) {
        server.reset();  // the next request finds another
        throw;
    }
}

}  // namespace bochs
