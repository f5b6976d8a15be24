"""Whether a folder lies on a disk of this machine, or on a file system that other machines write to as well."""

import os
from pathlib import Path

import psutil

NETWORK = frozenset({
    "9p", "afpfs", "afs", "beegfs", "beegfs_nodev", "ceph", "cifs", "coda", "cvmfs", "davfs", "gfs", "gfs2", "glusterfs",
    "gpfs", "lustre", "macfuse", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "panfs", "prl_fs", "pvfs2", "quobyte", "smb2",
    "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs", "webdav", "wekafs",
})  # fmt: skip
"""Types of file systems that several machines may mount at once."""

LOCAL_FUSE = frozenset({
    "fuse.bindfs", "fuse.encfs", "fuse.exfat", "fuse.fuse-overlayfs", "fuse.gocryptfs", "fuse.lxcfs", "fuse.mergerfs",
    "fuse.ntfs", "fuse.ntfs-3g", "fuse.squashfuse", "fuse.unionfs",
})  # fmt: skip
"""Of file systems in user space, those that are this machine's own; sshfs, s3fs, rclone and the others may be shared."""


def file_system(path: Path) -> str:
    """The type of the file system that a path lies on, or would; empty where that is not known."""
    place = path.resolve()
    if os.name == "nt" and place.drive.startswith("\\\\"):
        return "smb3"
    found = [
        (
            len(Path(mount.mountpoint).parts),
            number,
            "smb3" if "remote" in mount.opts else mount.fstype.lower(),
        )
        for number, mount in enumerate(psutil.disk_partitions(all=True))
        if place.is_relative_to(mount.mountpoint)
    ]
    return max(found)[2] if found else ""


def is_shared(path: Path) -> bool:
    """Whether other machines may write there too; then SQLite must not be used, whose log lives in this machine's memory."""
    kind = file_system(path)
    return kind in NETWORK or (kind.startswith("fuse.") and kind not in LOCAL_FUSE)
