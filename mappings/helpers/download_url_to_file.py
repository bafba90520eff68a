import hashlib
import os
from urllib import request


def download_url_to_file(url, dst, hash_prefix=None, progress=True):
    """Download a file; its SHA-256 has to begin with `hash_prefix`, if that is given."""
    path = os.path.expanduser(dst)
    request.urlretrieve(url, path + ".part")
    if hash_prefix is not None:
        with open(path + ".part", "rb") as file:
            digest = hashlib.sha256(b"".join(file)).hexdigest()
        if not digest.startswith(hash_prefix):
            os.remove(path + ".part")
            raise RuntimeError(f'invalid hash value (expected "{hash_prefix}", got "{digest}")')
    os.replace(path + ".part", path)
