#!/bin/sh
# The first process of the clean root's namespaces: makes its own mounts, moves into it, and stays until
# its standard input ends. All that runs in there ends with it, and the mounts go.
#
#     unshare --mount --pid --cgroup --ipc --fork --kill-child sh enter.sh ROOT GROUP X11-SOCKET
set -eu
root=$1
group=$2
display=$3

mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -t sysfs -o nosuid,nodev,noexec sysfs "$root/sys"
mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs "$root/run"
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs "$root/tmp"
mkdir -m 1777 "$root/tmp/.X11-unix"
touch "$root/tmp/.X11-unix/${display##*/}"
mount --bind "$display" "$root/tmp/.X11-unix/${display##*/}"
mkdir "$root/sys/fs/cgroup/$group"

# Not chroot: a process in one may make no namespaces, which units are free to ask for.
cd "$root"
pivot_root . mnt
umount -l mnt

# As on a machine that systemd has booted.
mkdir -p /run/systemd/system /run/systemd/unit-root /run/user
echo ready
read -r _ || true
