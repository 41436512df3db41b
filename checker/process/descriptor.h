#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace process {

using Clock = std::chrono::steady_clock;

/// An open file descriptor and its owner. Every one is made with O_CLOEXEC: several runs start
/// processes at once, and a pipe's end that leaks into another run's child never closes.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, closed)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() { close(); }

    int number() const { return number_; }
    bool is_open() const { return number_ != closed; }
    void close() {
        if (is_open())
            ::close(std::exchange(number_, closed));
    }

  private:
    static constexpr int closed = -1;
    int number_ = closed;
};

/// Throws std::system_error with errno, and `what` failed.
[[noreturn]] void throw_system_error(const std::string& what);

/// A pipe's two ends. Throws std::system_error.
struct Pipe {
    Descriptor read, write;
    static Pipe make();
};

/// Two connected ends. What a child reads its commands from: unlike a pipe, one can be written to
/// without a SIGPIPE when the child has died. Throws std::system_error.
struct SocketPair {
    Descriptor ours, childs;
    static SocketPair make(int type = SOCK_STREAM);
};

/// The other end of a socket that somebody listens at. Throws std::system_error with its name.
Descriptor connect_to(const std::filesystem::path& socket);

/// Memory without a name, which another process can map, or read as a file, through /proc/self/fd.
/// `bytes` long, all zero. Throws std::system_error.
Descriptor anonymous_memory(std::size_t bytes);

/// A file, to read. Throws std::system_error with its name.
Descriptor open_file(const std::filesystem::path& path);

/// All that a file holds; empty where it cannot be read.
std::string contents_of(const std::filesystem::path& file);

/// What an open file holds: at most one byte more than `most`, which tells of one that is longer.
/// Nothing where it cannot be read; errno says why.
std::optional<std::string> read_at_most(const Descriptor& file, std::size_t most);

/// Makes `text` all that such a memory holds. Throws std::system_error.
void replace_text(const Descriptor& memory, std::string_view text);
/// Such a memory that holds `text`. Throws std::system_error.
Descriptor memory_with(std::string_view text);

/// What a child calls its own descriptor of this number as a file: nothing lies on the disk that
/// somebody would have to remove.
std::string path_of(int number);

enum class Wait { yes, no };

/// A file that is locked for as long as it is open, against other owners in this process and in
/// others; it is made where there is none. Not open, with errno, where that cannot be, or where
/// somebody else has it and `wait` is no.
Descriptor lock(const std::filesystem::path& file, Wait wait = Wait::yes);

/// A second owner of the same open file. Throws std::system_error.
Descriptor duplicate(const Descriptor& descriptor);

/// A file's bytes, as they are now and as others change them.
class Mapping {
  public:
    /// Throws std::system_error.
    Mapping(const Descriptor& file, std::size_t size);
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping();

    std::span<const std::byte> bytes() const { return {begin_, size_}; }

  private:
    const std::byte* begin_;
    std::size_t size_;
};

/// The read end of a pipe, and who gets what comes out of it.
class Reader {
  public:
    using Sink = std::function<void(std::string_view)>;

    Reader() = default;
    Reader(Descriptor descriptor, Sink sink)
        : descriptor_(std::move(descriptor)), sink_(std::move(sink)) {}

    /// False once every writer has closed the pipe.
    bool is_open() const { return descriptor_.is_open(); }
    int number() const { return descriptor_.number(); }
    /// Reads once; call when there is something to read.
    void read();

  private:
    Descriptor descriptor_;
    Sink sink_;
};

/// Waits until there is something to read, or nobody is left who could write it, or, for a pidfd,
/// until the process has ended. False if the deadline is past before.
bool can_be_read(const Descriptor& descriptor, Clock::time_point deadline);

/// Waits until something can be read or the deadline is past, and reads what there is: of each, at
/// most what a pipe holds. False if every reader is closed.
bool read_some(std::span<Reader> readers, Clock::time_point deadline);

/// Sends text to a child that may have died; false unless the child's end took all of it at once.
/// `to` is an end of a SocketPair.
bool send(const Descriptor& to, std::string_view text);

}  // namespace process
