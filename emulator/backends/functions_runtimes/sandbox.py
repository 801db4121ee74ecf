"""Started in place of a function's process: shuts it off from the machine, as far as a plain user may, and runs it.

``python -I -S sandbox.py JSON``. Of the machine's files the function sees the programs and libraries, read-only; its
own are at the places that AWS gives them: /var/task, /opt, /tmp, and file systems below /mnt. It sees no processes but
its own, and all of them end with it. https://man7.org/linux/man-pages/man7/user_namespaces.7.html
"""

import ctypes
import json
import os
import resource
import signal
import sys

NEWNS, NEWUSER, NEWPID = 0x20000, 0x10000000, 0x20000000
RDONLY, NOSUID, NODEV, REMOUNT, BIND, REC, PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
DETACH = 2
SETATTR, RECURSIVE = 442, 0x8000  # mount_setattr(2) and its flag
USER = 993  # the function's user, as AWS numbers it
DEVICES = ("null", "zero", "full", "random", "urandom")
SYSTEM = ("bin", "etc", "lib", "lib32", "lib64", "libx32", "nix", "sbin", "usr")
FILES = 1024  # that may be open
MISSING, UNABLE = 126, 125  # ends with this when there is nothing to run, or no way to be shut off
libc = ctypes.CDLL(None, use_errno=True)


def check(result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    check(libc.mount(source.encode(), target.encode(), kind.encode() or None, ctypes.c_ulong(flags), data.encode()))


class Attributes(ctypes.Structure):
    """What mount_setattr(2) sets and clears."""

    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "namespace")]


def lock(target: str) -> None:
    """Make a mount read-only with all that is mounted below it; the mount alone where the kernel is old."""
    wanted = Attributes(RDONLY, 0, 0, 0)
    if libc.syscall(SETATTR, -100, target.encode(), RECURSIVE, ctypes.byref(wanted), ctypes.sizeof(wanted)) == 0:
        return
    mount("none", target, flags=REMOUNT | BIND | RDONLY | NOSUID | NODEV)


def show(root: str, source: str, target: str, writable: bool = False) -> None:
    """Let something of the machine be seen below the new root."""
    place = root + target
    if os.path.isdir(source):
        os.makedirs(place, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        open(place, "a").close()
    mount(source, place, flags=BIND | REC)
    if not writable:
        lock(place)


def enter() -> None:
    """Be alone in namespaces of our own, as nobody in particular."""
    user, group = os.geteuid(), os.getegid()
    check(libc.unshare(NEWUSER | NEWNS | NEWPID))
    for name, text in (("setgroups", "deny"), ("uid_map", f"{USER} {user} 1"), ("gid_map", f"{USER} {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def build(given: dict) -> None:
    """The file system that the function sees."""
    root = given["root"]
    mount("none", "/", flags=REC | PRIVATE)
    mount("tmpfs", root, "tmpfs", NOSUID, "size=1m,mode=755")
    for name in SYSTEM:
        if os.path.islink(f"/{name}"):
            os.symlink(os.readlink(f"/{name}"), f"{root}/{name}")
        elif os.path.isdir(f"/{name}"):
            show(root, f"/{name}", f"/{name}")
    for path in given["seen"]:
        show(root, path, path)
    for source, target in given["own"].items():
        show(root, source, target)
    for source, target in given["shared"].items():
        show(root, source, target, writable=True)
    for name in DEVICES:
        show(root, f"/dev/{name}", f"/dev/{name}", writable=True)
    os.symlink("/proc/self/fd", f"{root}/dev/fd")
    for name in ("proc", "tmp"):
        os.makedirs(f"{root}/{name}", exist_ok=True)
    mount("proc", f"{root}/proc", "proc")


def settle(given: dict) -> None:
    """Make the new root the only one. The scratch space comes last, so that it hides nothing that is needed."""
    root = given["root"]
    mount("tmpfs", f"{root}/tmp", "tmpfs", NOSUID | NODEV, f"size={given['storage']}m,mode=1777")
    for path in given["seen"]:
        if path.startswith("/tmp/"):
            show(root, path, path)
    os.chdir(root)
    check(libc.pivot_root(b".", b"."))
    check(libc.umount2(b".", DETACH))
    os.chdir("/var/task")


def begin(line: list[str]) -> int:
    """Start a process of the function; its number."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            os.execv(line[0], line)
        except OSError:
            os._exit(127)
    return child


def rule(given: dict, report: int) -> None:
    """The first process among the function's: starts extensions and the runtime, and tells how the runtime ended."""
    libc.prctl(1, signal.SIGKILL)  # when the one outside is gone
    build(given)
    settle(given)
    extensions = "/opt/extensions"
    for name in sorted(os.listdir(extensions)) if os.path.isdir(extensions) else ():
        begin([f"{extensions}/{name}"])
    if not os.access(given["line"][0], os.X_OK):
        os.write(report, b"missing")
        return
    runtime = begin(given["line"])
    while True:
        ended, status = os.wait()
        if ended == runtime:
            os.write(report, str(status).encode())
            return


def main() -> None:
    given = json.loads(sys.argv[1])
    libc.prctl(1, signal.SIGKILL)  # when the emulator is gone
    enter()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            rule(given, writing)
        except OSError as error:
            os.write(2, f"The function could not be shut off: {error}\n".encode())
        finally:
            os._exit(0)
    os.close(writing)
    found = os.read(reading, 16)
    os.waitpid(child, 0)
    if not found.isdigit():
        sys.exit(MISSING if found else UNABLE)
    status = int(found)
    if os.WIFSIGNALED(status):
        if os.WTERMSIG(status) not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.kill(os.getpid(), os.WTERMSIG(status))
    sys.exit(os.WEXITSTATUS(status))


if __name__ == "__main__":
    main()
