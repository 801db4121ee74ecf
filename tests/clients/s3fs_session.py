"""What users of s3fs do, in an interpreter of its own: ``python s3fs_session.py ENDPOINT``."""

import os
import sys

import s3fs

system = s3fs.S3FileSystem(key="test", secret="test", endpoint_url=sys.argv[1], skip_instance_cache=True)
large = os.urandom(6 * 1024 * 1024)
with system.open("files/deep/er/large.bin", "wb", block_size=5 * 1024 * 1024) as file:
    file.write(large)
system.pipe("files/deep/small", b"small")
assert system.cat("files/deep/small") == b"small"
assert system.find("files") == ["files/deep/er/large.bin", "files/deep/small"]
assert [each["name"] for each in system.ls("files/deep", detail=True)] == ["files/deep/er", "files/deep/small"]
with system.open("files/deep/er/large.bin") as file:
    file.seek(5_500_000)
    assert file.read(7) == large[5_500_000:5_500_007]
assert system.info("files/deep/er/large.bin")["size"] == len(large)
assert system.glob("files/**/*.bin") == ["files/deep/er/large.bin"]
system.mv("files/deep/small", "files/moved")
system.rm("files/deep", recursive=True)
system.invalidate_cache()
assert system.find("files") == ["files/moved"]
assert not system.exists("files/deep/small")
print("done")
