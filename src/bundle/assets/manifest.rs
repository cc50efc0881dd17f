//! The asset Worker's manifest: which paths there are, and the hash of what each holds.
//!
//! The format is a fact of the published asset Worker: 20 bytes that nothing reads, then 40 bytes for each asset, in the
//! order of the first 16: the beginning of the SHA-256 of the path, the beginning of the content's hash, and 8 bytes
//! that nothing reads.

use camino::Utf8PathBuf;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::cache::hash;

const HEADER: usize = 20;
const HASH: usize = 16;
const TAIL: usize = 8;

/// A file that is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asset {
    /// Relative to the assets' folder, with forward slashes.
    pub(super) path: Utf8PathBuf,
    /// The beginning of a hash of what it holds and of its type, in hexadecimal: the `ETag`.
    pub(super) tag: String,
    /// Its `Content-Type`; none if the name does not tell.
    pub(super) content_type: Option<String>,
}

/// The tag of a file: the same content with the same type is one asset.
pub(super) fn tag(content: &[u8], content_type: Option<&str>) -> String {
    let mut tag = hash(&[content_type.unwrap_or_default().as_bytes(), &[0], content].concat());
    tag.truncate(2 * HASH);
    tag
}

/// The manifest.
pub(super) fn encode(assets: &[Asset]) -> Vec<u8> {
    let mut entries: Vec<[u8; HASH + HASH]> = assets.iter().map(entry).collect();
    entries.sort_unstable();
    let mut bytes = vec![0; HEADER];
    for entry in entries {
        bytes.extend(entry);
        bytes.extend([0; TAIL]);
    }
    bytes
}

fn entry(asset: &Asset) -> [u8; HASH + HASH] {
    let mut entry = [0; HASH + HASH];
    entry[..HASH].copy_from_slice(&Sha256::digest(format!("/{}", asset.path))[..HASH]);
    for (byte, digits) in entry[HASH..].iter_mut().zip(asset.tag.as_bytes().chunks(2)) {
        let digits = str::from_utf8(digits).unwrap_or_default();
        *byte = u8::from_str_radix(digits, 16).unwrap_or_default();
    }
    entry
}

/// The files by tag, as the Worker that reads them for the asset Worker looks them up.
pub(super) fn index(assets: &[Asset]) -> Value {
    let table: Map<String, Value> = assets
        .iter()
        .map(|asset| {
            (asset.tag.clone(), json!({ "filePath": asset.path, "contentType": asset.content_type }))
        })
        .collect();
    table.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset(path: &str, tag: &str) -> Asset {
        Asset { path: path.into(), tag: tag.repeat(HASH), content_type: None }
    }

    #[test]
    fn entries_are_sorted_by_the_hash_of_their_path() {
        let manifest = encode(&[asset("index.html", "ab"), asset("a/ü.txt", "01"), asset("b", "7f")]);
        assert_eq!(manifest.len(), 20 + 3 * 40);
        let entries: Vec<&[u8]> = manifest[20..].chunks(40).collect();
        assert!(entries.is_sorted());
        let place = entries.iter().position(|entry| entry[..16] == Sha256::digest("/a/ü.txt")[..16]).unwrap();
        assert_eq!(entries[place][16..32], [1; 16]);
        assert_eq!(entries[place][32..], [0; 8]);
    }

    #[test]
    fn tags_depend_on_content_and_type() {
        let tags = [tag(b"a", None), tag(b"b", None), tag(b"a", Some("text/plain"))];
        assert!(tags[0] != tags[1] && tags[0] != tags[2] && tags.iter().all(|tag| tag.len() == 32));
    }
}
