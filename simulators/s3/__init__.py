"""Object storage that speaks S3: the calls a client makes to put, get, list and delete objects."""

from simulators.s3.server import Storage as Storage
from simulators.s3.server import serve as serve
