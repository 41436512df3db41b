// What a program has in it beside itself, by LD_PRELOAD, so that it makes copies of itself: QEMU
// before its main(), for to be linked is a third of its start; Bochs at its debugger's first
// prompt, for to come there takes it longer than a boot from there. The functions at the end
// replace those of libc and GNU readline.
#include <array>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <span>
#include <string_view>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checker/process/copies.h"

namespace {

using process::CopyRequest;
using process::Packet;

// What was read of a descriptor of which each copy has its own, and where it lies: in Bochs the
// firmware and the kernel, in the guest's memory.
struct Piece {
    int number;
    void* to;
    std::size_t size;
    off_t offset;
};

constinit std::array<Piece, 64> pieces{};
constinit std::size_t piece_count = 0;
constinit bool is_copy = false;
constinit std::array<char, 1 << 16> said{};  // by Bochs's debugger, since its last prompt
constinit CopyRequest request{};

bool same_file(int one, int other) {
    struct stat ones {
    }, others{};
    return fstat(one, &ones) == 0 && fstat(other, &others) == 0 && ones.st_dev == others.st_dev &&
           ones.st_ino == others.st_ino;
}

// A program opens its descriptors by name: what it reads from has another number.
void note_piece(int from, void* to, std::size_t size) {
    for (int number = process::first_read_again; number < process::most_given; ++number)
        if (from != number && same_file(from, number)) {
            if (piece_count == pieces.size())
                _exit(1);  // a copy would go on with what its original has read
            pieces[piece_count++] = {number, to, size,
                                     lseek(from, 0, SEEK_CUR) - static_cast<off_t>(size)};
        }
}

// In the copy: `given` becomes its descriptor `number`, and all that was opened of it. A copy ends
// that would go on with what its original has read in a way that is not seen here.
void replace(int number, int given) {
    for (int open = 0; open < process::most_given; ++open)
        if (open != number && same_file(open, number))
            dup2(given, open);
    dup2(given, number);
    bool is_read = number < process::first_read_again;
    for (const Piece& piece : std::span{pieces}.first(piece_count))
        if (piece.number == number) {
            is_read = true;
            if (pread(given, piece.to, piece.size, piece.offset) !=
                static_cast<ssize_t>(piece.size))
                _exit(1);
        }
    if (!is_read) {
        dprintf(STDERR_FILENO, "what was read of descriptor %d cannot be read again\n", number);
        _exit(1);
    }
    close(given);
}

// Returns in each copy; the original ends when nobody is left who could ask.
void serve() {
    std::fflush(nullptr);
    // What Bochs shows on its terminal nobody reads, and a full one would hold it up.
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int number = 0; number < process::most_given; ++number)
        if (isatty(number) == 1)
            dup2(null, number);
    const pid_t original = getpid();
    for (;;) {
        std::array<int, CopyRequest::most> room{};
        const std::span<const int> given =
            Packet{&request, sizeof(request)}.receive(process::requests_descriptor, room);
        while (waitpid(-1, nullptr, WNOHANG) > 0) {  // copies that are done
        }
        if (given.empty() || given.size() != request.count)
            _exit(0);
        const pid_t copy = fork();
        if (copy == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() != original)
                _exit(1);
            close(process::requests_descriptor);
            for (std::size_t i = 0; i < given.size(); ++i)
                replace(request.numbers[i], given[i]);
            is_copy = true;
            return;
        }
        const std::array<int, 1> its{static_cast<int>(syscall(SYS_pidfd_open, copy, 0))};
        char byte = 0;
        Packet{&byte, 1}.send(process::requests_descriptor, its);
        close(its[0]);
        for (const int number : given)
            close(number);
    }
}

}  // namespace

using Main = int(int, char**, char**);
using Start = int(Main*, int, char**, void (*)(), void (*)(), void (*)(), void*);

// Where libc is told of main(), before anything of the program itself has run.
// NOLINTNEXTLINE(readability-identifier-naming): it is libc's
extern "C" int __libc_start_main(Main* main, int count, char** arguments, void (*begin)(),
                                 void (*end)(), void (*end_of_linker)(), void* stack) {
    static constinit std::array<char*, 128> words{};
    const char* its_name = getenv(process::copied_at_start);
    if (its_name != nullptr && std::string_view{arguments[0]}.ends_with(its_name)) {
        serve();
        std::size_t word = 0;
        for (std::size_t at = 0; at < request.argument_bytes && word + 1 < words.size();
             at += std::string_view{words[word++]}.size() + 1)
            words[word] = &request.arguments[at];
        count = static_cast<int>(word);
        arguments = words.data();
    }
    const auto start = reinterpret_cast<Start*>(dlsym(RTLD_NEXT, "__libc_start_main"));
    return start(main, count, arguments, begin, end, end_of_linker, stack);
}

// What Bochs fills the guest's memory with.
extern "C" ssize_t read(int from, void* to, std::size_t size) {
    const ssize_t count = syscall(SYS_read, from, to, size);
    if (count > 0 && !is_copy)
        note_piece(from, to, static_cast<std::size_t>(count));
    return count;
}

// What its debugger reads a command with; GNU readline would take each letter by itself.
extern "C" char* readline(const char* prompt) {
    if (!is_copy) {
        serve();
        std::setvbuf(stdout, said.data(), _IOFBF, said.size());
    }
    std::fputs(prompt, stdout);
    std::fflush(stdout);
    char* line = nullptr;
    std::size_t room = 0;
    const ssize_t length = getline(&line, &room, stdin);
    if (length > 0 && line[length - 1] == '\n')
        line[length - 1] = '\0';
    return length > 0 ? line : nullptr;
}
