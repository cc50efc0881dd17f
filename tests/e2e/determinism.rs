//! The same inputs give the same bytes: wherever the project is, and in whatever order a folder lists its files.

use std::path::Path;

use crate::support::{Project, example_names};

#[test]
fn neither_the_place_nor_the_order_of_files_matters() {
    // In memory, files are listed in the order in which they were made, or its reverse. Both places are as far from the
    // packages, which modules name by relative paths.
    let memory = Path::new("/dev/shm");
    let disk = tempfile::tempdir().unwrap();
    let parent = if memory.is_dir() { memory } else { disk.path() };
    for name in example_names() {
        let one = Project::of_example_in(parent, &name, |_| {});
        let other = Project::of_example_in(parent, &name, |files| files.reverse());
        one.run(&["gen"]).expect(0);
        let elsewhere = other.root().parent().unwrap().to_owned();
        let from_elsewhere = other.command(&["gen", "--root", other.root().as_str()]).directory(&elsewhere);
        from_elsewhere.env("TZ", "Asia/Tokyo").env("LC_ALL", "tr_TR.UTF-8").run().expect(0);
        let (first, second) = (one.files(".wpt"), other.files(".wpt"));
        assert!(first.len() > 5, "{name}: modules are compared too");
        for (path, bytes) in &first {
            assert!(second.get(path) == Some(bytes), "{name}: {path} differs");
        }
        assert_eq!(first.len(), second.len(), "{name}");
        // Neither does what was kept from the last run.
        one.run(&["gen"]).expect(0);
        assert!(one.files(".wpt") == first, "{name}: a second run differs");
    }
}
