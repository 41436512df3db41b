// What the checker and a program that makes copies of itself say to each other.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <sys/socket.h>

namespace process {

/// Descriptors below this number are given to a program; each copy can have its own instead.
inline constexpr int most_given = 60;
/// What the program read of those from this one on before it was copied, a copy reads again.
inline constexpr int first_read_again = 40;
inline constexpr int requests_descriptor = most_given;  // packets
inline constexpr int library_descriptor = most_given + 1;

/// The variable that names the program that is copied before its main(); unset for one that is
/// copied at the first prompt that it reads with GNU readline.
inline constexpr const char* copied_at_start = "SIPI_COPIED_AT_START";

/// Asks for a copy, with as many descriptors: the copy has them under these numbers. `arguments`
/// are main's, each with its zero. The answer is one byte, with the copy's pidfd.
struct CopyRequest {
    static constexpr std::size_t most = 16;
    std::size_t count = 0;
    std::array<int, most> numbers{};
    std::size_t argument_bytes = 0;
    std::array<char, 8192> arguments{};
};

/// A packet of a socket, with descriptors, of which it owns none.
class Packet {
  public:
    Packet(void* bytes, std::size_t size) : bytes_{bytes, size} {}

    bool send(int socket, std::span<const int> descriptors) {
        message_.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
        cmsghdr* header = CMSG_FIRSTHDR(&message_);
        *header = {CMSG_LEN(descriptors.size_bytes()), SOL_SOCKET, SCM_RIGHTS};
        std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
        return sendmsg(socket, &message_, MSG_NOSIGNAL) == static_cast<ssize_t>(bytes_.iov_len);
    }

    /// Waits for one of this size; what it fills of `descriptors`, and nothing if none comes.
    std::span<int> receive(int socket, std::span<int> descriptors) {
        message_.msg_controllen = control_.size();
        const cmsghdr* header = nullptr;
        if (recvmsg(socket, &message_, MSG_CMSG_CLOEXEC) == static_cast<ssize_t>(bytes_.iov_len))
            header = CMSG_FIRSTHDR(&message_);
        if (header == nullptr || header->cmsg_len > CMSG_LEN(descriptors.size_bytes()))
            return {};
        const std::size_t size = header->cmsg_len - CMSG_LEN(0);
        std::memcpy(descriptors.data(), CMSG_DATA(header), size);
        return descriptors.first(size / sizeof(int));
    }

  private:
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * CopyRequest::most)> control_{};
    iovec bytes_;
    msghdr message_{.msg_name = nullptr,
                    .msg_namelen = 0,
                    .msg_iov = &bytes_,
                    .msg_iovlen = 1,
                    .msg_control = control_.data(),
                    .msg_controllen = 0,
                    .msg_flags = 0};
};

}  // namespace process
