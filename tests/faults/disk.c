/* Says what a broken disk says, for files in FAULT_FOLDER while FAULT_FILE exists: "EIO" = no sync ends well,
   "EROFS" = nothing is written. For LD_PRELOAD; see tests/it/storage.rs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* By system calls, so that nothing here calls itself. */
static int fault(void) {
    const char *file = getenv("FAULT_FILE");
    char text[8] = {0};
    if (!file) return 0;
    int fd = syscall(SYS_openat, AT_FDCWD, file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    long length = syscall(SYS_read, fd, text, sizeof text - 1);
    syscall(SYS_close, fd);
    if (length <= 0) return 0;
    if (!strncmp(text, "EIO", 3)) return EIO;
    if (!strncmp(text, "EROFS", 5)) return EROFS;
    return 0;
}

static int in_folder(const char *path) {
    const char *folder = getenv("FAULT_FOLDER");
    return folder && !strncmp(path, folder, strlen(folder));
}

static int concerns(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return in_folder(path);
}

#define SYNC(name)                                                    \
    int name(int fd) {                                                \
        static int (*real)(int);                                      \
        if (!real) real = dlsym(RTLD_NEXT, #name);                    \
        if (fault() == EIO && concerns(fd)) { errno = EIO; return -1; } \
        return real(fd);                                              \
    }
SYNC(fsync)
SYNC(fdatasync)

#define WRITING(result, name, declared, passed)                           \
    result name declared {                                                \
        static result(*real) declared;                                    \
        if (!real) real = dlsym(RTLD_NEXT, #name);                        \
        if (fault() == EROFS && concerns(fd)) { errno = EROFS; return -1; } \
        return real passed;                                               \
    }
WRITING(ssize_t, write, (int fd, const void *data, size_t length), (fd, data, length))
WRITING(ssize_t, pwrite, (int fd, const void *data, size_t length, off_t at), (fd, data, length, at))
WRITING(ssize_t, pwrite64, (int fd, const void *data, size_t length, off64_t at), (fd, data, length, at))
WRITING(ssize_t, writev, (int fd, const struct iovec *data, int count), (fd, data, count))
WRITING(int, ftruncate, (int fd, off_t length), (fd, length))
WRITING(int, ftruncate64, (int fd, off64_t length), (fd, length))

#define OPENING(name)                                                                     \
    int name(const char *path, int flags, ...) {                                          \
        static int (*real)(const char *, int, ...);                                       \
        mode_t mode = 0;                                                                  \
        if (flags & (O_CREAT | __O_TMPFILE)) {                                            \
            va_list more;                                                                 \
            va_start(more, flags);                                                        \
            mode = va_arg(more, mode_t);                                                  \
            va_end(more);                                                                 \
        }                                                                                 \
        if (!real) real = dlsym(RTLD_NEXT, #name);                                        \
        if ((flags & O_ACCMODE) != O_RDONLY && fault() == EROFS && in_folder(path)) {     \
            errno = EROFS;                                                                \
            return -1;                                                                    \
        }                                                                                 \
        return real(path, flags, mode);                                                   \
    }
OPENING(open)
OPENING(open64)
