#include "checker/process/descriptor.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <system_error>

namespace process {

namespace {

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

Pipe Pipe::make() {
    std::array<int, 2> ends;
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        fail("pipe2");
    }
    return {Descriptor{ends[0]}, Descriptor{ends[1]}};
}

SocketPair SocketPair::make() {
    std::array<int, 2> ends;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        fail("socketpair");
    }
    return {Descriptor{ends[0]}, Descriptor{ends[1]}};
}

Descriptor anonymous_memory(std::size_t bytes) {
    Descriptor memory{memfd_create("guest", MFD_CLOEXEC)};
    if (!memory.is_open() || ftruncate(memory.number(), static_cast<off_t>(bytes)) != 0) {
        fail("memfd_create");
    }
    return memory;
}

Descriptor open_file(const std::filesystem::path& path) {
    Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file.is_open()) {
        fail(path.c_str());
    }
    return file;
}

void replace_text(const Descriptor& memory, std::string_view text) {
    if (ftruncate(memory.number(), 0) != 0 ||
        pwrite(memory.number(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
        fail("write into memory");
    }
}

std::string path_of(int number) {
    return "/proc/self/fd/" + std::to_string(number);
}

Descriptor duplicate(const Descriptor& descriptor) {
    Descriptor second{fcntl(descriptor.number(), F_DUPFD_CLOEXEC, 0)};
    if (!second.is_open()) {
        fail("duplicate a descriptor");
    }
    return second;
}

}  // namespace process
