// What Bochs has in it beside itself, by LD_PRELOAD: at its debugger's first prompt it waits, and
// makes a copy of itself for whoever asks. To come so far takes it longer than a boot from there.
// What is defined last replaces functions of libc and GNU readline.
#include <array>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <fcntl.h>
#include <span>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checker/bochs/copies.h"

namespace {

using bochs::CopyRequest;
using bochs::Packet;

constexpr int most_open = 64;

// A piece of the firmware or of an image, and where in the guest's memory Bochs has put it.
struct Piece {
    int number;
    void* to;
    std::size_t size;
    off_t offset;
};

constinit std::array<Piece, 64> pieces{};
constinit std::size_t piece_count = 0;
constinit bool is_copy = false;
constinit std::array<char, 1 << 16> said{};  // by its debugger, since the last prompt

bool same_file(int one, int other) {
    struct stat ones {
    }, others{};
    return fstat(one, &ones) == 0 && fstat(other, &others) == 0 && ones.st_dev == others.st_dev &&
           ones.st_ino == others.st_ino;
}

// Bochs opens its descriptors by name, so what it reads from has another number.
void note_piece(int from, void* to, std::size_t size) {
    for (int number = bochs::rom_descriptor; number < bochs::requests_descriptor; ++number)
        if (from != number && same_file(from, number) && piece_count < pieces.size())
            pieces[piece_count++] = {number, to, size,
                                     lseek(from, 0, SEEK_CUR) - static_cast<off_t>(size)};
}

// In the copy, once: `given` becomes its descriptor `number`, and all that Bochs opened of it.
void replace(int number, int given) {
    for (int open = 0; open < most_open; ++open)
        if (open != number && same_file(open, number))
            dup2(given, open);
    dup2(given, number);
    for (const Piece& piece : std::span{pieces}.first(piece_count))
        if (piece.number == number &&
            pread(given, piece.to, piece.size, piece.offset) != static_cast<ssize_t>(piece.size))
            _exit(1);
    close(given);
}

// Returns in each copy; the original ends when nobody is left who could ask.
void serve() {
    std::fflush(nullptr);
    // What it shows on its terminal nobody reads, and a full one would hold it up.
    const int null = open("/dev/null", O_RDWR);
    for (int number = bochs::serial_descriptor; number < most_open; ++number)
        if (isatty(number) == 1)
            dup2(null, number);
    const pid_t original = getpid();
    for (;;) {
        CopyRequest request;
        std::array<int, CopyRequest::most> room{};
        const std::span<const int> given =
            Packet{&request, sizeof(request)}.receive(bochs::requests_descriptor, room);
        if (given.empty() || given.size() != request.count)
            break;
        while (waitpid(-1, nullptr, WNOHANG) > 0) {  // copies that are done
        }
        const pid_t copy = fork();
        if (copy == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() != original)
                break;
            close(bochs::requests_descriptor);
            for (std::size_t i = 0; i < given.size(); ++i)
                replace(request.numbers[i], given[i]);
            std::setvbuf(stdout, said.data(), _IOFBF, said.size());
            is_copy = true;
            return;
        }
        const std::array<int, 1> its{static_cast<int>(syscall(SYS_pidfd_open, copy, 0))};
        char byte = 0;
        Packet{&byte, 1}.send(bochs::requests_descriptor, its);
        for (const int number : its)
            close(number);
        for (const int number : given)
            close(number);
    }
    _exit(0);
}

}  // namespace

// What Bochs calls of libc, to fill the guest's memory among others.
extern "C" ssize_t read(int from, void* to, std::size_t size) {
    const ssize_t count = syscall(SYS_read, from, to, size);
    if (count > 0 && !is_copy)
        note_piece(from, to, static_cast<std::size_t>(count));
    return count;
}

// What its debugger may call after each number that it writes. Whoever reads waits for the prompt.
extern "C" int fflush(FILE* stream) {
    return is_copy && stream == stdout ? 0 : fflush_unlocked(stream);
}

// What its debugger reads a command with; GNU readline would take each letter by itself.
extern "C" char* readline(const char* prompt) {
    if (!is_copy)
        serve();
    std::fputs(prompt, stdout);
    fflush_unlocked(stdout);
    char* line = nullptr;
    std::size_t room = 0;
    const ssize_t length = getline(&line, &room, stdin);
    if (length > 0 && line[length - 1] == '\n')
        line[length - 1] = '\0';
    return length > 0 ? line : nullptr;
}
