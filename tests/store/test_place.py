"""Where a store stands, whether that is on a network, and what is said where it cannot stand."""

import os
import subprocess
from pathlib import Path

import pytest

from asset_magic.store.errors import StoreError
from asset_magic.store.place import make_folder, on_network, store_folder

HERE = Path("/home/ada/notebooks")
MOUNTS = """\
/dev/sda1 / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
server:/export/home /home nfs4 rw,vers=4.2 0 0
/dev/sdb1 /home/local xfs rw 0 0
//nas/share /mnt/my\\040share cifs rw 0 0
ada@host:/data /mnt/ssh fuse.sshfs rw 0 0
overlay /mnt/overlay fuse.fuse-overlayfs rw 0 0
/dev/sdc1 /mnt/stick fuseblk rw 0 0
/dev/sdd1 /mnt/late ext4 rw 0 0
late:/x /mnt/late nfs rw 0 0
C:\\134 /mnt/c 9p rw 0 0
scratch /lustre lustre rw 0 0
"""


class TestTheFolder:
    def test_is_beside_the_notebook(self):
        assert store_folder("", {}, HERE) == HERE / ".asset_magic"

    @pytest.mark.parametrize("name", ["PYTEST_VERSION", "PYTEST_CURRENT_TEST"])
    def test_is_none_under_pytest(self, name):
        assert store_folder("", {name: "9"}, HERE) is None

    def test_is_what_the_environment_says_also_under_pytest(self):
        assert store_folder("", {"ASSET_MAGIC_HOME": "/data/store", "PYTEST_VERSION": "9"}, HERE) == Path("/data/store")

    def test_is_what_the_setting_says_whatever_the_environment_says(self):
        assert store_folder("/mine", {"ASSET_MAGIC_HOME": "/data/store"}, HERE) == Path("/mine")

    @pytest.mark.parametrize("where", ["setting", "environment"])
    def test_may_be_none_by_choice(self, where):
        setting, home = ("memory", "/data/store") if where == "setting" else ("", "memory")
        assert store_folder(setting, {"ASSET_MAGIC_HOME": home}, HERE) is None

    def test_is_taken_from_the_working_folder(self):
        assert store_folder("../results", {}, HERE) == Path("/home/ada/results")

    def test_may_be_at_home(self, monkeypatch):
        monkeypatch.setenv("HOME", "/home/ada")
        monkeypatch.setenv("USERPROFILE", "/home/ada")
        assert store_folder("~/store", {}, HERE) == Path("/home/ada/store")

    @pytest.mark.parametrize("setting", ["a\0b", "~nobody-of-that-name/store"])
    def test_that_cannot_be_is_told(self, setting):
        with pytest.raises(StoreError, match="cannot be the folder of the store"):
            store_folder(setting, {}, HERE)


class TestNetworks:
    @pytest.mark.parametrize(
        "folder",
        ["/home/ada/work", "/home", "/mnt/my share/x", "/mnt/ssh", "/mnt/late/x", "/mnt/c/Users", "/lustre/project"],
    )
    def test_are_known(self, folder):
        assert on_network(Path(folder), MOUNTS)

    @pytest.mark.parametrize(
        "folder", ["/", "/work", "/homes", "/home/local/ada", "/mnt/overlay/x", "/mnt/stick", "/mnt/sshd"]
    )
    def test_are_told_from_local_disks(self, folder):
        assert not on_network(Path(folder), MOUNTS)

    def test_are_known_through_links(self, tmp_path):
        (tmp_path / "link").symlink_to("/mnt/ssh/work")
        assert on_network(tmp_path / "link" / "store", MOUNTS)

    def test_are_known_on_a_mac(self):
        mounts = "/dev/disk3s1s1 on / (apfs, sealed, local)\n//ada@nas/share on /Volumes/a share (smbfs, nodev)\n"
        assert on_network(Path("/Volumes/a share/x"), mounts)
        assert not on_network(Path("/Users/ada"), mounts)

    @pytest.mark.parametrize("mounts", ["", "nonsense", "one\ntwo words\n\n"])
    def test_are_not_guessed(self, mounts):
        assert not on_network(Path("/work"), mounts)

    def test_are_asked_of_this_machine(self, tmp_path):
        assert on_network(tmp_path) in (True, False)


class TestMakingTheFolder:
    def test_keeps_it_out_of_version_control(self, tmp_path):
        make_folder(tmp_path / ".asset_magic")
        (tmp_path / ".asset_magic" / "value").write_text("x")
        subprocess.run(["git", "init", "-q", tmp_path], check=True)
        told = subprocess.check_output(["git", "status", "--porcelain"], cwd=tmp_path, text=True)
        assert told == ""

    def test_makes_those_above_it(self, tmp_path):
        make_folder(tmp_path / "a" / "b")
        assert (tmp_path / "a" / "b").is_dir()
        assert not (tmp_path / "a" / ".gitignore").exists()

    def test_twice_changes_nothing(self, tmp_path):
        make_folder(tmp_path / "store")
        (tmp_path / "store" / ".gitignore").write_text("mine")
        make_folder(tmp_path / "store")
        assert (tmp_path / "store" / ".gitignore").read_text() == "mine"

    def test_that_holds_other_things_hides_none_of_them(self, tmp_path):
        (tmp_path / "report.ipynb").write_text("{}")
        make_folder(tmp_path)
        assert os.listdir(tmp_path) == ["report.ipynb"]

    @pytest.mark.parametrize("below", [".", "store", "a/store"])
    def test_where_a_file_stands_names_the_file(self, tmp_path, below):
        (tmp_path / "file").write_text("x")
        with pytest.raises(StoreError) as told:
            make_folder(tmp_path / "file" / below)
        assert str(told.value).startswith(f"{tmp_path / 'file'} is no folder")

    def test_where_nothing_can_be_made_says_why(self):
        with pytest.raises(StoreError, match=r"there can be no store at /proc/store: \w+"):
            make_folder(Path("/proc/store") if os.path.isdir("/proc/self") else pytest.skip("needs /proc"))
