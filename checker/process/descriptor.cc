#include "checker/process/descriptor.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <limits>
#include <poll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/un.h>
#include <system_error>
#include <vector>

namespace process {

void throw_system_error(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

Pipe Pipe::make() {
    std::array<int, 2> ends;
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        throw_system_error("pipe2");
    return {Descriptor{ends[0]}, Descriptor{ends[1]}};
}

SocketPair SocketPair::make(int type) {
    std::array<int, 2> ends;
    if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends.data()) != 0)
        throw_system_error("socketpair");
    return {Descriptor{ends[0]}, Descriptor{ends[1]}};
}

Descriptor connect_to(const std::filesystem::path& path) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    Descriptor ours{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const std::string& name = path.native();
    if (name.size() >= sizeof(address.sun_path))
        errno = ENAMETOOLONG;
    else
        name.copy(std::data(address.sun_path), name.size());
    if (!ours.is_open() || name.size() >= sizeof(address.sun_path) ||
        connect(ours.number(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
        throw_system_error(path.c_str());
    return ours;
}

Descriptor anonymous_memory(std::size_t bytes) {
    Descriptor memory{memfd_create("guest", MFD_CLOEXEC)};
    if (!memory.is_open() || ftruncate(memory.number(), static_cast<off_t>(bytes)) != 0)
        throw_system_error("memfd_create");
    return memory;
}

Descriptor open_file(const std::filesystem::path& path) {
    Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file.is_open())
        throw_system_error(path.c_str());
    return file;
}

std::string contents_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::optional<std::string> read_at_most(const Descriptor& file, std::size_t most) {
    std::string text(most + 1, '\0');
    std::size_t length = 0;
    while (length < text.size()) {
        const ssize_t count = read(file.number(), text.data() + length, text.size() - length);
        if (count < 0 && errno != EINTR)
            return {};
        if (count == 0)
            break;
        length += count < 0 ? 0 : static_cast<std::size_t>(count);
    }
    text.resize(length);
    return text;
}

void replace_text(const Descriptor& memory, std::string_view text) {
    if (ftruncate(memory.number(), 0) != 0 ||
        pwrite(memory.number(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
        throw_system_error("write into memory");
}

Descriptor memory_with(std::string_view text) {
    Descriptor memory = anonymous_memory(0);
    replace_text(memory, text);
    return memory;
}

std::string path_of(int number) {
    return "/proc/self/fd/" + std::to_string(number);
}

Descriptor lock(const std::filesystem::path& path, Wait wait) {
    Descriptor file{open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)};
    const int how = LOCK_EX | (wait == Wait::no ? LOCK_NB : 0);
    int result = file.is_open() ? flock(file.number(), how) : 0;
    while (result != 0 && errno == EINTR)
        result = flock(file.number(), how);
    return result == 0 ? std::move(file) : Descriptor{};
}

Descriptor duplicate(const Descriptor& descriptor) {
    Descriptor second{fcntl(descriptor.number(), F_DUPFD_CLOEXEC, 0)};
    if (!second.is_open())
        throw_system_error("duplicate a descriptor");
    return second;
}

Mapping::Mapping(const Descriptor& file, std::size_t size) : size_(size) {
    void* begin = mmap(nullptr, size, PROT_READ, MAP_SHARED, file.number(), 0);
    if (begin == MAP_FAILED)
        throw_system_error("mmap");
    begin_ = static_cast<const std::byte*>(begin);
}

Mapping::~Mapping() {
    munmap(const_cast<std::byte*>(begin_), size_);
}

void Reader::read() {
    static constexpr std::size_t chunk = 64 * 1024;  // what a pipe holds
    std::array<char, chunk> buffer;
    const ssize_t count = ::read(descriptor_.number(), buffer.data(), buffer.size());
    if (count > 0)
        sink_({buffer.data(), static_cast<std::size_t>(count)});
    else if (count == 0 || (errno != EINTR && errno != EAGAIN))
        descriptor_.close();
}

namespace {

bool poll_until(Clock::time_point deadline, std::span<pollfd> polled) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    constexpr int longest = std::numeric_limits<int>::max();
    return poll(polled.data(), polled.size(),
                static_cast<int>(std::clamp<decltype(left)>(left, 0, longest))) > 0;
}

}  // namespace

bool can_be_read(const Descriptor& descriptor, Clock::time_point deadline) {
    pollfd polled{descriptor.number(), POLLIN, 0};
    return poll_until(deadline, {&polled, 1});
}

bool read_some(std::span<Reader> readers, Clock::time_point deadline) {
    if (std::ranges::none_of(readers, &Reader::is_open))
        return false;
    std::vector<pollfd> polled;
    for (const Reader& reader : readers)
        polled.push_back({reader.number(), POLLIN, 0});  // what is closed is passed over
    if (poll_until(deadline, polled))
        for (std::size_t i = 0; i < polled.size(); ++i)
            if (polled[i].revents != 0)
                readers[i].read();
    return true;
}

bool send(const Descriptor& to, std::string_view text) {
    return ::send(to.number(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
           static_cast<ssize_t>(text.size());
}

}  // namespace process
